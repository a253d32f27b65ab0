import type { Graph, Node } from '../../ir/graph';
import { inferShapes } from '../../ir/inferShapes';
import type { Model } from '../../ir/model';
import type { Op, OpKind } from '../../ir/ops/op';
import { elementCount, formatShape, isStatic, type Shape } from '../../ir/shape';
import type { Tensor } from '../../ir/tensor';
import type { NoMemoryPlan } from '../memoryPlan';

/** Operators that take any height and width: what they give follows from what they get. */
const FOLLOWING: ReadonlySet<OpKind> = new Set<OpKind>([
  ...(['Conv2d', 'DepthwiseConv2d', 'QLinearConv', 'ConvInteger', 'Pool', 'GlobalPool', 'Pad', 'Concat'] as const),
  ...(['Add', 'Sub', 'Mul', 'Div', 'Minimum', 'Maximum', 'SquaredDifference', 'Unary', 'Activation'] as const),
  ...(['Softmax', 'LogSoftmax', 'BatchNorm', 'InstanceNorm', 'L2Normalize', 'Lrn', 'Reduce', 'Quantize'] as const),
  ...(['Dequantize', 'Cast', 'Identity', 'Transpose', 'Flatten', 'SpaceToDepth', 'DepthToSpace', 'Split'] as const),
]);

/** Those that take what they get as long as the count of elements stays, or is what the weights are made for. */
const COUNTING: ReadonlySet<OpKind> = new Set<OpKind>(['Reshape', 'FullyConnected', 'Squeeze', 'Unsqueeze']);

/**
 * The model with pictures of half the height and half the width, every shape computed anew; windows that covered a
 * whole plane still do. A reason where an operator is made for one size, or an input is no picture.
 */
export function withHalfInput(model: Model): Model | NoMemoryPlan {
  const [graph] = model.graphs;
  if (!graph || model.graphs.length > 1) return { reason: 'Control flow: sizes of its bodies are not halved.' };
  const inputs = new Map<number, Shape>();
  for (const id of graph.inputs) {
    const tensor = graph.tensors[id]!;
    if (tensor.constant) continue;
    const half = halfShape(tensor, graph, model.format);
    if ('reason' in half) return half;
    inputs.set(id, half.shape);
  }
  const halved = inferHalved(model, graph, inputs);
  const refusal = firstMisfit(graph, halved.graphs[0]!);
  return refusal === null ? halved : { reason: refusal };
}

/** "48×48×3", of the first input that is halved. */
export function halfSizeOf(model: Model): string {
  const graph = model.graphs[0]!;
  const id = graph.inputs.find((input) => !graph.tensors[input]!.constant);
  return id === undefined ? '' : formatShape(graph.tensors[id]!.shape);
}

function halfShape(
  { name, shape }: Tensor,
  graph: Graph,
  format: Model['format'],
): { readonly shape: Shape } | NoMemoryPlan {
  if (!isStatic(shape) || shape.length !== 4) {
    return { reason: `The input ${name} is ${formatShape(shape)}: it has no height and width to halve.` };
  }
  const { height, width } = spatialOf(layoutOf(graph, format));
  if (shape[height]! < 2 || shape[width]! < 2) return { reason: `The input ${name} is ${formatShape(shape)} already.` };
  const half = shape.map((dim, axis) => (axis === height || axis === width ? Math.floor(dim / 2) : dim));
  return { shape: half };
}

/** Where height and width stand, by the layout of the model's spatial operators. */
export function layoutOf(graph: Graph, format: Model['format']): 'NHWC' | 'NCHW' {
  const spatial = graph.nodes.find(({ op }) => 'layout' in op);
  return spatial && 'layout' in spatial.op ? spatial.op.layout : format === 'onnx' ? 'NCHW' : 'NHWC';
}

export function spatialOf(layout: 'NHWC' | 'NCHW'): { readonly height: number; readonly width: number } {
  return layout === 'NHWC' ? { height: 1, width: 2 } : { height: 2, width: 3 };
}

function inferHalved(model: Model, graph: Graph, inputs: ReadonlyMap<number, Shape>): Model {
  const tensors = graph.tensors.map((tensor) => {
    const given = inputs.get(tensor.id);
    if (given) return { ...tensor, shape: given };
    return tensor.constant || tensor.isVariable ? tensor : { ...tensor, shape: null };
  });
  const first = inferShapes({ ...model, graphs: [{ ...graph, tensors }] });
  // Windows over a whole plane shrink with it; each may come after another.
  const nodes = graph.nodes.map((node) => ({ ...node, op: wholePlane(graph, first.graphs[0]!, node) }));
  if (nodes.every(({ op }, index) => op === graph.nodes[index]!.op)) return first;
  return inferShapes({ ...model, graphs: [{ ...graph, tensors, nodes }] });
}

/** A pool whose window was its whole input is one over the new whole input. */
function wholePlane(before: Graph, after: Graph, { op, inputs }: Node): Op {
  if (op.kind !== 'Pool') return op;
  const id = inputs[0] ?? -1;
  const [old, now] = [before.tensors[id]?.shape ?? null, after.tensors[id]?.shape ?? null];
  if (!isStatic(old) || !isStatic(now) || old.length !== 4) return op;
  const { height, width } = spatialOf(op.layout);
  if (op.window[0] !== old[height] || op.window[1] !== old[width]) return op;
  return { ...op, window: [now[height]!, now[width]!] };
}

/** The first operator that cannot work on the new sizes, as a sentence; null where all can. */
function firstMisfit(before: Graph, after: Graph): string | null {
  for (const [index, node] of after.nodes.entries()) {
    const changed = node.inputs.some((id) => id !== null && isChanged(before, after, id));
    if (!changed) continue;
    const misfit = misfitOf(before, after, node);
    if (misfit !== null) return `#${index} ${node.source.op} ${misfit}`;
  }
  return null;
}

function misfitOf(before: Graph, after: Graph, node: Node): string | null {
  const outputs = node.outputs.map((id) => after.tensors[id]!.shape);
  if (COUNTING.has(node.op.kind)) return countMisfit(before, after, node);
  if (!FOLLOWING.has(node.op.kind)) return 'is not known to work on another size.';
  const empty = outputs.some((shape) => isStatic(shape) && shape.includes(0));
  if (empty) return 'has a window larger than what is left of the picture.';
  return outputs.some((shape) => !isStatic(shape)) ? 'gives sizes that do not go together any more.' : null;
}

function countMisfit(before: Graph, after: Graph, { op, inputs, outputs }: Node): string | null {
  const [x, weights] = inputs;
  const given = typeof x === 'number' ? elementCount(after.tensors[x]!.shape) : null;
  const wanted =
    op.kind === 'FullyConnected'
      ? fullyConnectedInputs(before, op.weights, weights ?? -1, x ?? -1)
      : elementCount(after.tensors[outputs[0] ?? -1]?.shape ?? null);
  if (given === null || wanted === null) return 'gives sizes that are not known.';
  return given === wanted ? null : `is made for ${wanted} values and would get ${given}.`;
}

/** Values that a fully connected layer reads in all, by its weights and its batch. */
function fullyConnectedInputs(before: Graph, order: 'OI' | 'IO', weights: number, x: number): number | null {
  const shape = before.tensors[weights]?.shape ?? null;
  const count = elementCount(before.tensors[x]?.shape ?? null);
  if (!isStatic(shape) || shape.length !== 2 || count === null) return null;
  const depth = shape[order === 'OI' ? 1 : 0]!;
  return depth * Math.max(1, Math.floor(count / depth));
}

function isChanged(before: Graph, after: Graph, id: number): boolean {
  return formatShape(before.tensors[id]?.shape ?? null) !== formatShape(after.tensors[id]?.shape ?? null);
}
