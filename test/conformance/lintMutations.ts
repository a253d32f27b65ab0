import type { DType } from '../../src/core/ir/dtype';
import type { Graph } from '../../src/core/ir/graph';
import type { Model } from '../../src/core/ir/model';
import type { Tensor } from '../../src/core/ir/tensor';

/** A model with one thing changed; the name says what: `t2->int8`, `t0 +rank`. */
export interface Mutation {
  readonly name: string;
  readonly model: Model;
}

const DTYPES: readonly DType[] = ['float32', 'int8', 'int16', 'int32', 'int64', 'uint8', 'bool'];
const WIDTH: Readonly<Partial<Record<DType, number>>> = {
  float32: 4,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  bool: 1,
};
const MOST_NODES = 12;
const FEW_NODES = 3;

type Change = (tensor: Tensor) => Tensor;

/**
 * Models that differ from a small one in the types, scales, shapes or operands of its tensors, so that a kernel is asked
 * what no converter asks. None for a model of several graphs or many nodes.
 */
export function mutationsOf(model: Model): readonly Mutation[] {
  const graph = model.graphs[0];
  if (!graph || model.graphs.length > 1 || graph.nodes.length > MOST_NODES) return [];
  const changed = (name: string, change: Change): Mutation => ({ name, model: withTensors(model, graph, change) });
  const few =
    graph.nodes.length <= FEW_NODES ? graph.tensors.flatMap((tensor) => tensorMutations(tensor, changed)) : [];
  return [{ name: 'none', model }, ...typeMutations(graph, changed), ...few, ...operandMutations(model, graph)];
}

function withTensors(model: Model, graph: Graph, change: Change): Model {
  return { ...model, graphs: [{ ...graph, tensors: graph.tensors.map(change) }] };
}

/** All activations, or all of one type, get another type. */
function typeMutations(graph: Graph, changed: (name: string, change: Change) => Mutation): readonly Mutation[] {
  const types = new Set(graph.tensors.filter(({ constant }) => !constant).map(({ dtype }) => dtype));
  return DTYPES.flatMap((dtype) => [
    changed(`all->${dtype}`, (tensor) => (tensor.constant ? tensor : { ...tensor, dtype })),
    ...[...types].map((from) =>
      changed(`${from}->${dtype}`, (tensor) =>
        tensor.constant || tensor.dtype !== from ? tensor : { ...tensor, dtype },
      ),
    ),
  ]);
}

/** One tensor gets another type, scale or shape. A constant stays as long as its bytes. */
function tensorMutations(tensor: Tensor, changed: (name: string, change: Change) => Mutation): readonly Mutation[] {
  const only = (what: string, rest: Partial<Tensor>): Mutation =>
    changed(`t${tensor.id}${what}`, (each) => (each.id === tensor.id ? { ...each, ...rest } : each));
  const fits = (dtype: DType): boolean => !tensor.constant || (WIDTH[dtype] ?? 9) <= (WIDTH[tensor.dtype] ?? 0);
  return [
    ...DTYPES.filter((dtype) => dtype !== tensor.dtype && fits(dtype)).map((dtype) => only(`->${dtype}`, { dtype })),
    ...scaleMutations(tensor, only),
    ...shapeMutations(tensor, only),
  ];
}

function scaleMutations(
  { quantization }: Tensor,
  only: (what: string, rest: Partial<Tensor>) => Mutation,
): readonly Mutation[] {
  if (!quantization) return [];
  const zeroPoints = quantization.zeroPoints.map((zeroPoint) => zeroPoint + 1);
  const scales = quantization.scales.map((scale) => scale * 2);
  return [
    only(' zp', { quantization: { ...quantization, zeroPoints } }),
    only(' scale', { quantization: { ...quantization, scales } }),
    only(' noq', { quantization: null }),
  ];
}

function shapeMutations(
  { shape, constant }: Tensor,
  only: (what: string, rest: Partial<Tensor>) => Mutation,
): readonly Mutation[] {
  if (!shape?.every((dim) => typeof dim === 'number')) return [];
  const last = shape.at(-1);
  return [
    only(' +rank', { shape: [1, ...shape] }),
    ...(!constant && last !== undefined ? [only(' +dim', { shape: [...shape.slice(0, -1), last + 1] })] : []),
    ...(!constant && shape[0] === 1 ? [only(' -rank', { shape: shape.slice(1) })] : []),
  ];
}

/** An operand more, one less, or none at all. */
function operandMutations(model: Model, graph: Graph): readonly Mutation[] {
  const [node] = graph.nodes;
  if (!node || graph.nodes.length > 1) return [];
  const { inputs } = node;
  const cases: readonly (readonly [name: string, inputs: readonly (number | null)[]])[] = [
    ['-input', inputs.slice(0, -1)],
    ['+input', [...inputs, inputs[0] ?? null]],
    ['null0', [null, ...inputs.slice(1)]],
  ];
  return cases.map(([name, operands]) => ({
    name,
    model: { ...model, graphs: [{ ...graph, nodes: [{ ...node, inputs: operands }] }] },
  }));
}
