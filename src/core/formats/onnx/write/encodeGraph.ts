import { ModelError } from '../../../ir/errors';
import type { Graph, Node } from '../../../ir/graph';
import { isStatic } from '../../../ir/shape';
import type { Tensor } from '../../../ir/tensor';
import { constantOf } from '../constantNode';
import { encodeTensor, encodeValueInfo } from '../onnxBuilder';
import { ATTRIBUTE, ATTRIBUTE_TYPE, FUNCTION, GRAPH, NODE, SPARSE_TENSOR, TENSOR } from '../onnxFields';
import { Parse } from '../parse';
import { parseNode } from '../parseGraph';
import type { ValueRecord } from '../parseType';
import { parseValueInfo } from '../parseType';
import { ProtoWriter } from '../protobuf/protoWriter';
import type { ProtoRange } from '../protoRange';
import { TensorConstant } from '../tensorConstant';
import { encodePlainNode } from './encodeNode';
import { copyField, cursorOf, rangeOf, rewritten } from './fields';
import type { PlainGraph } from './insertQdq';
import { insertQdq } from './insertQdq';
import type { Writing } from './writing';

/** Values of the graphs around a body, by name. */
type Outer = ReadonlyMap<string, Tensor>;

/** Bodies inside bodies; the reader lets no file nest deeper than protobuf does, a third of this. */
const MAX_BODY_DEPTH = 100;

/** A GraphProto. */
export function encodeGraph(writing: Writing, graph: Graph, outer: Outer = new Map(), depth = 0): ProtoWriter {
  if (depth > MAX_BODY_DEPTH)
    throw new ModelError('too-deep', `Graph "${graph.name}" is nested too deeply to be written.`);
  const { nodes, initializers } = encodeContent(writing, graph, outer, depth);
  const file = storedValues(graph);
  const to = new ProtoWriter();
  for (const node of nodes) to.message(GRAPH.node, node);
  to.text(GRAPH.name, graph.name);
  for (const initializer of initializers) to.message(GRAPH.initializer, initializer);
  writeValues(to, graph, file);
  copyRest(to, graph);
  return to;
}

/** A FunctionProto: it has no initializers, so constants become Constant nodes. */
export function encodeFunction(writing: Writing, graph: Graph, range: ProtoRange): ProtoWriter {
  const { nodes, initializers } = encodeContent(writing, graph, new Map(), 0);
  const to = rewritten(cursorOf(range), (field) => field.field === FUNCTION.node);
  for (const initializer of initializers) to.message(FUNCTION.node, constantNode(initializer));
  for (const node of nodes) to.message(FUNCTION.node, node);
  return to;
}

function constantNode(initializer: NamedTensor): ProtoWriter {
  const attribute = new ProtoWriter().text(ATTRIBUTE.name, 'value').message(ATTRIBUTE.t, initializer);
  attribute.varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.tensor);
  const node = new ProtoWriter().text(NODE.output, initializer.name).text(NODE.opType, 'Constant');
  return node.message(NODE.attribute, attribute);
}

class NamedTensor extends ProtoWriter {
  readonly name: string;

  constructor(name: string, tensor: ProtoWriter) {
    super();
    this.name = name;
    this.append(tensor);
  }
}

function encodeContent(
  writing: Writing,
  graph: Graph,
  outer: Outer,
  depth: number,
): { readonly nodes: readonly ProtoWriter[]; readonly initializers: readonly NamedTensor[] } {
  const plain: PlainGraph = insertQdq(writing, graph, outer);
  const inner = new Map([
    ...outer,
    ...graph.tensors.filter((tensor) => !tensor.captured).map((tensor) => [tensor.name, tensor] as const),
  ]);
  const encodeBody = (index: number): ProtoWriter => {
    const body = writing.model.graphs[index];
    if (!body)
      throw new ModelError('corrupt', `A node of "${graph.name}" refers to graph ${index}, which is not there.`);
    return encodeGraph(writing, body, inner, depth + 1);
  };
  const produced = new Set<number>();
  const nodes: ProtoWriter[] = [];
  for (const each of plain.nodes) {
    const node = 'node' in each.made ? each.made.node : null;
    if (node && isReplacedConstant(graph, node)) continue;
    for (const output of node?.outputs ?? []) produced.add(output);
    nodes.push(encodePlainNode(each, encodeBody));
  }
  const own = graph.tensors.filter(
    (tensor) => tensor.constant && !tensor.captured && !tensor.isSparse && !produced.has(tensor.id),
  );
  const added = plain.constants.map(
    ({ name, dtype, shape, bytes }) => new NamedTensor(name, encodeTensor(name, dtype, shape, bytes)),
  );
  return { nodes, initializers: [...own.map(encodeConstant), ...added] };
}

/** True for a Constant node whose value a transform has changed, or that lies in another file: an initializer then. */
function isReplacedConstant(graph: Graph, node: Node): boolean {
  if (node.op.kind !== 'Constant') return false;
  const output = graph.tensors[node.outputs[0] ?? -1];
  if (!output?.constant) return false;
  const range = rangeOf(node.source.raw, 'NodeProto');
  if (!range) return true;
  if (output.constant instanceof TensorConstant && output.constant.record.external) return true;
  const stored = constantOf(parseNode(new Parse(range.source), range, 0)).constant;
  return stored?.key !== output.constant.key || output.quantization !== null;
}

function encodeConstant(tensor: Tensor): NamedTensor {
  const { name, dtype, shape, constant } = tensor;
  if (constant instanceof TensorConstant && isUnchanged(tensor, constant)) {
    return new NamedTensor(name, storedTensor(name, constant.record.range));
  }
  if (!constant || !isStatic(shape) || dtype === 'string' || dtype === 'unknown') {
    throw new ModelError('unsupported-dtype', `Constant "${name}" (${dtype}) cannot be written to an ONNX file.`);
  }
  return new NamedTensor(name, encodeTensor(name, dtype, shape, constant));
}

function isUnchanged(tensor: Tensor, { record }: TensorConstant): boolean {
  const sameShape =
    record.shape.length === tensor.shape?.length && record.shape.every((dim, index) => dim === tensor.shape?.[index]);
  return sameShape && record.dtype === tensor.dtype && record.external === null;
}

function storedTensor(name: string, range: ProtoRange): ProtoWriter {
  return rewritten(cursorOf(range), (field) => field.field === TENSOR.name).text(TENSOR.name, name);
}

type StoredValues = ReadonlyMap<
  string,
  { readonly record: ValueRecord; readonly bytes: Uint8Array; readonly field: number }
>;

/** The file's own ValueInfoProtos, which say more than the IR (sequences, denotations, documentation). */
function storedValues(graph: Graph): StoredValues {
  const range = rangeOf(graph.raw, 'GraphProto');
  const values = new Map<string, { record: ValueRecord; bytes: Uint8Array; field: number }>();
  if (!range) return values;
  const parse = new Parse(range.source);
  for (const cursor = cursorOf(range); cursor.next();) {
    const { field } = cursor;
    if (field !== GRAPH.input && field !== GRAPH.output && field !== GRAPH.valueInfo) continue;
    const bytes = cursor.bytes();
    const record = parseValueInfo(parse, cursor.message());
    if (!values.has(record.name) || field !== GRAPH.valueInfo) values.set(record.name, { record, bytes, field });
  }
  return values;
}

function writeValues(to: ProtoWriter, graph: Graph, file: StoredValues): void {
  const fieldOf = (tensor: Tensor): number | undefined => file.get(tensor.name)?.field;
  const own = graph.tensors.filter((tensor) => !tensor.captured && tensor.name !== '');
  // Files of IR version 3 and older list their initializers among the inputs.
  const defaults = own.filter((tensor) => tensor.constant && fieldOf(tensor) === GRAPH.input);
  const done = new Set<number>([...graph.inputs, ...graph.outputs, ...defaults.map((tensor) => tensor.id)]);
  const between = own.filter((tensor) => {
    const isNews = !tensor.constant && tensor.dtype !== 'unknown' && tensor.shape !== null;
    return !done.has(tensor.id) && (isNews || fieldOf(tensor) === GRAPH.valueInfo);
  });
  for (const tensor of inFileOrder(graph, defaults, file)) to.bytes(GRAPH.input, valueInfo(tensor, file));
  for (const id of graph.outputs) to.bytes(GRAPH.output, valueInfo(graph.tensors[id]!, file));
  for (const tensor of between) to.bytes(GRAPH.valueInfo, valueInfo(tensor, file));
}

/** Inputs with the initializers among them as the file lists them, unless a transform has ordered the inputs anew. */
function inFileOrder(graph: Graph, defaults: readonly Tensor[], file: StoredValues): readonly Tensor[] {
  const places = new Map([...file.keys()].map((name, place) => [name, place]));
  const placeOf = ({ name }: Tensor): number => places.get(name) ?? Infinity;
  const inputs = graph.inputs.map((id) => graph.tensors[id]!);
  const isFileOrder = inputs.every((input, i) => i === 0 || placeOf(inputs[i - 1]!) <= placeOf(input));
  const all = [...inputs, ...defaults];
  return isFileOrder ? all.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : placeOf(a) > placeOf(b) ? 1 : 0)) : all;
}

function valueInfo(tensor: Tensor, file: StoredValues): Uint8Array {
  const stored = file.get(tensor.name);
  if (stored && saysTheSame(stored.record, tensor)) return stored.bytes;
  // Integers with a quantization that a float operator writes are announced as what they are: integers.
  return encodeValueInfo(tensor.name, tensor.dtype, tensor.shape).finish();
}

function saysTheSame({ type }: ValueRecord, tensor: Tensor): boolean {
  if (tensor.dtype === 'unknown') return true;
  return type.dtype === tensor.dtype && JSON.stringify(type.shape) === JSON.stringify(tensor.shape);
}

const REWRITTEN: ReadonlySet<number> = new Set([
  GRAPH.node,
  GRAPH.name,
  GRAPH.initializer,
  GRAPH.input,
  GRAPH.output,
  GRAPH.valueInfo,
]);

/** Everything of the file's GraphProto that the IR does not model. */
function copyRest(to: ProtoWriter, graph: Graph): void {
  const range = rangeOf(graph.raw, 'GraphProto');
  if (!range) return;
  const kept = new Set(
    graph.tensors.filter((tensor) => tensor.isSparse && !tensor.captured).map((tensor) => tensor.name),
  );
  for (const cursor = cursorOf(range); cursor.next();) {
    if (REWRITTEN.has(cursor.field)) continue;
    if (cursor.field !== GRAPH.sparseInitializer || kept.has(sparseName(cursor.message()))) copyField(to, cursor);
  }
}

function sparseName(cursor: ReturnType<typeof cursorOf>): string {
  while (cursor.next()) {
    if (cursor.field !== SPARSE_TENSOR.values) continue;
    for (const values = cursor.message(); values.next();) if (values.field === TENSOR.name) return values.text();
  }
  return '';
}
