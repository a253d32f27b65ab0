import type { DType } from '../../src/core/ir/dtype';
import { ModelError } from '../../src/core/ir/errors';
import type { Graph, Node } from '../../src/core/ir/graph';
import { mainGraph, type Model } from '../../src/core/ir/model';
import { formatShape, isStatic, type Shape } from '../../src/core/ir/shape';
import type { TensorId } from '../../src/core/ir/tensor';
import { bindInputs } from '../../src/core/transforms/run/bindInputs';
import { readBytes } from '../fixtures/sharedFiles';
import {
  openBackendModel,
  portsOf,
  storedInputs,
  storedOutputs,
  type BackendModel,
  type StoredValue,
} from './onnxBackendCases';
import { withoutStatedShapes } from './unstatedShapes';

/**
 * `depends on data`: unknown from shapes alone, and equal once the values that the inputs were fed are given as constants.
 * `unknown`: said to be unknown, with the operator at which knowledge ends.
 */
export type ShapeVerdict = 'equal' | 'depends on data' | 'unknown' | 'wrong' | 'not judged';

export interface ShapeRow {
  readonly name: string;
  readonly verdict: ShapeVerdict;
  readonly detail: string;
}

interface Expected {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** Infers a model without the shapes it states, and holds the results against the stored outputs. */
export function shapeRow(backend: BackendModel): ShapeRow {
  const row = (verdict: ShapeVerdict, detail: string): ShapeRow => ({ name: backend.name, verdict, detail });
  const bytes = readBytes(backend.file);
  const stated = openBackendModel(backend.name, bytes);
  const opened = openBackendModel(backend.name, withoutStatedShapes(bytes));
  if (!('model' in stated) || !('model' in opened)) return row('not judged', 'the reader refuses the file');
  const ports = portsOf(stated.model);
  const expected = storedOutputs(backend, ports);
  if (!expected.some((value) => value !== null)) {
    return row('not judged', expected.length === 0 ? 'no stored outputs' : 'the outputs are no tensors');
  }
  const inputs = storedInputs(backend, ports);
  try {
    const inferred = inferFor(opened.model, inputs);
    const first = judge(inferred, expected);
    if (first !== 'unknown') return row(first === 'equal' ? 'equal' : 'wrong', first);
    const second = judge(inferFor(withInputValues(opened.model, inputs), inputs), expected);
    if (second === 'equal')
      return row('depends on data', `${firstUnknown(inferred)}: known once its inputs are constants`);
    if (second !== 'unknown') return row('wrong', `with values: ${second}`);
    return row('unknown', firstUnknown(inferred));
  } catch (error) {
    if (error instanceof ModelError) return row('not judged', error.message.replace(/input \S+/, 'input'));
    return row('wrong', `threw ${String((error as Error).stack).slice(0, 400)}`);
  }
}

/** Bound to the shapes of the stored inputs, as a user binds dimensions. */
function inferFor(model: Model, inputs: readonly StoredValue[]): Model {
  const graph = mainGraph(model);
  const fed = graph.inputs.filter((id) => !graph.tensors[id]!.constant);
  const bindings = graph.inputs.flatMap((id, at): [string, readonly number[]][] => {
    const value = inputs[at];
    return value && fed.includes(id) ? [[graph.tensors[id]!.name, value.shape]] : [];
  });
  return bindInputs(model, Object.fromEntries(bindings));
}

function withInputValues(model: Model, inputs: readonly StoredValue[]): Model {
  const graph = mainGraph(model);
  const tensors = graph.tensors.map((tensor) => {
    const value = inputs[graph.inputs.indexOf(tensor.id)];
    if (!value) return tensor;
    const { data, shape } = value;
    const constant = { byteLength: data.length, storedBytes: data.length, key: tensor.name, read: () => data };
    return { ...tensor, shape, constant };
  });
  return { ...model, graphs: [{ ...graph, tensors }, ...model.graphs.slice(1)] };
}

/** `equal`, `unknown`, or what is wrong, as a sentence. What is known of a half unknown shape must be right. */
function judge(model: Model, expected: readonly (Expected | null)[]): string {
  const graph = mainGraph(model);
  let isUnknown = false;
  for (const [at, value] of expected.entries()) {
    const tensor = graph.tensors[graph.outputs[at] ?? -1];
    if (!value || !tensor) continue;
    if (contradicts(tensor.shape, value.shape)) {
      return `output ${at} is ${value.shape.join('×')}, inferred ${formatShape(tensor.shape)}`;
    }
    if (tensor.dtype !== 'unknown' && tensor.dtype !== value.dtype) {
      return `output ${at} is ${value.dtype}, inferred ${tensor.dtype}`;
    }
    if (tensor.dtype === 'unknown' || !isStatic(tensor.shape)) isUnknown = true;
  }
  return isUnknown ? 'unknown' : 'equal';
}

function contradicts(inferred: Shape | null, actual: readonly number[]): boolean {
  if (inferred === null) return false;
  return (
    inferred.length !== actual.length || inferred.some((dim, axis) => typeof dim === 'number' && dim !== actual[axis])
  );
}

/** The operator whose operands are known and whose result is not, with what is not known of it. */
function firstUnknown(model: Model): string {
  const graph = mainGraph(model);
  const isKnown = (id: TensorId): boolean =>
    graph.tensors[id]!.dtype !== 'unknown' && isStatic(graph.tensors[id]!.shape);
  const node = graph.nodes.find(({ outputs }) => outputs.some((id) => graph.tensors[id]!.name !== '' && !isKnown(id)));
  return node ? `${node.source.op}${what(graph, node)}` : 'a graph input';
}

function what(graph: Graph, node: Node): string {
  const unknown = node.outputs.map((id) => graph.tensors[id]!);
  if (unknown.some(({ shape }) => shape === null)) return ' (rank)';
  return unknown.some(({ shape }) => !isStatic(shape)) ? ' (dimensions)' : ' (type)';
}
