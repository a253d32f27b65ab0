import { ModelError } from '../../ir/errors';
import type { Node } from '../../ir/graph';
import type { Cast, Gather, Plain } from '../../ir/ops/rearrange';
import { dataTypeOf } from '../../formats/onnx/onnxFields';
import type { LowerContext } from './lowerContext';

/** Further down than any axis is long: a slice that ends here takes the first element too. */
const BEFORE_ALL = -(2 ** 31);

export function lowerCast(context: LowerContext, node: Node, op: Cast): void {
  const [x, output] = [node.inputs[0]!, node.outputs[0]!];
  if (context.isRounded(output)) throw refusal('CAST to a quantized tensor is not supported');
  // The kernel takes the stored integers as they are.
  const value = context.isRounded(x) ? context.stored(x) : context.value(x);
  const to = dataTypeOf(op.to);
  if (to === 0 || op.to === 'complex64') throw refusal(`ONNX has no cast to ${op.to}`);
  context.define(output, context.node('Cast', [value], { ints: { to } }));
}

export function lowerTile(context: LowerContext, node: Node): void {
  const value = context.node('Tile', [context.value(node.inputs[0]!), context.int64(node.inputs[1]!)]);
  context.define(node.outputs[0]!, value);
}

export function lowerExpand(context: LowerContext, node: Node): void {
  const value = context.node('Expand', [context.value(node.inputs[0]!), context.int64(node.inputs[1]!)]);
  context.define(node.outputs[0]!, value);
}

export function lowerGather(context: LowerContext, node: Node, op: Gather): void {
  const [x, indices] = [node.inputs[0]!, node.inputs[1]!];
  const axis = op.axis < 0 ? op.axis + context.rank(x) : op.axis;
  if (op.batchDims === 0) {
    const values = [context.value(x), context.value(indices)];
    context.define(node.outputs[0]!, context.node('Gather', values, { ints: { axis } }));
    return;
  }
  const batch = op.batchDims < 0 ? op.batchDims + context.rank(indices) : op.batchDims;
  if (axis !== batch) throw refusal('GATHER along an axis that is not the first after its batch dimensions');
  const last = context.node('Unsqueeze', [context.int64(indices), context.integers([-1])]);
  const value = context.node('GatherND', [context.value(x), last], { ints: { batch_dims: batch } });
  context.define(node.outputs[0]!, value);
}

/** EMBEDDING_LOOKUP: rows of a table. */
export function lowerEmbedding(context: LowerContext, node: Node): void {
  const values = [context.value(node.inputs[1]!), context.value(node.inputs[0]!)];
  context.define(node.outputs[0]!, context.node('Gather', values, { ints: { axis: 0 } }));
}

function lowerGatherNd(context: LowerContext, node: Node): void {
  const value = context.node('GatherND', [context.value(node.inputs[0]!), context.int64(node.inputs[1]!)]);
  context.define(node.outputs[0]!, value);
}

/** Updates of one place add up, over zeros. */
function lowerScatterNd(context: LowerContext, node: Node): void {
  const [indices, updates, shape] = [node.inputs[0]!, node.inputs[1]!, node.inputs[2]!];
  const zeros = zerosOf(context, node, context.int64(shape));
  const inputs = [zeros, context.int64(indices), context.value(updates)];
  const value = context.node('ScatterND', inputs, { strings: { reduction: 'add' } });
  context.define(node.outputs[0]!, value);
}

function zerosOf(context: LowerContext, node: Node, shape: string): string {
  const output = node.outputs[0]!;
  const dtype = context.isRounded(output) ? 'float32' : context.tensor(output).dtype;
  const literal = { dtype, shape: [1], bytes: new Uint8Array(8).subarray(0, context.bytesPerElement(dtype)) };
  return context.node('ConstantOfShape', [shape], { tensors: { value: literal } });
}

function lowerReverse(context: LowerContext, node: Node): void {
  const axes = context.known(node.inputs[1]!);
  if (!axes) throw refusal('REVERSE_V2 along axes known only at run time');
  const each = (value: number): string => context.integers(axes.map(() => value));
  const lists = [each(-1), each(BEFORE_ALL), context.integers(axes), each(-1)];
  context.define(node.outputs[0]!, context.node('Slice', [context.value(node.inputs[0]!), ...lists]));
}

interface Blocks {
  readonly block: readonly number[];
  /** Cells before and after each spatial axis. */
  readonly edges: readonly (readonly [number, number])[];
}

function blocksOf(context: LowerContext, node: Node): Blocks {
  const [block, edges] = [context.known(node.inputs[1]!), context.known(node.inputs[2]!)];
  if (!block || !edges) throw refusal(`${node.source.op} with blocks known only at run time`);
  return { block, edges: block.map((_, i) => [edges[2 * i]!, edges[2 * i + 1]!] as const) };
}

/** Batch, then rows and columns cut into blocks; places in a block go into the batch. */
function lowerSpaceToBatch(context: LowerContext, node: Node): void {
  const [x, output] = [node.inputs[0]!, node.outputs[0]!];
  const { block, edges } = blocksOf(context, node);
  const [batch = 1, ...rest] = context.shape(x);
  const depth = rest.slice(block.length);
  const pads = (side: 0 | 1): number[] => [0, ...edges.map((edge) => edge[side]), ...depth.map(() => 0)];
  const padded = context.node('Pad', [context.value(x), context.integers([...pads(0), ...pads(1)])]);
  const sizes = block.map((size, i) => (rest[i]! + edges[i]![0] + edges[i]![1]) / size);
  const cut = context.node('Reshape', [
    padded,
    context.integers([batch, ...block.flatMap((size, i) => [sizes[i]!, size]), ...depth]),
  ]);
  const inner = block.map((_, i) => 2 * i + 2);
  const outer = block.map((_, i) => 2 * i + 1);
  const perm = [...inner, 0, ...outer, ...depth.map((_, i) => 2 * block.length + 1 + i)];
  const moved = context.node('Transpose', [cut], { intLists: { perm } });
  context.define(output, context.node('Reshape', [moved, context.integers(context.shape(output))]));
}

function lowerBatchToSpace(context: LowerContext, node: Node): void {
  const [x, output] = [node.inputs[0]!, node.outputs[0]!];
  const { block, edges } = blocksOf(context, node);
  const [batch = 1, ...rest] = context.shape(x);
  const depth = rest.slice(block.length);
  const sizes = rest.slice(0, block.length);
  const count = batch / block.reduce((product, size) => product * size, 1);
  const cut = context.node('Reshape', [context.value(x), context.integers([...block, count, ...rest])]);
  const places = block.flatMap((_, i) => [block.length + 1 + i, i]);
  const perm = [block.length, ...places, ...depth.map((_, i) => 2 * block.length + 1 + i)];
  const moved = context.node('Transpose', [cut], { intLists: { perm } });
  const whole = [count, ...sizes.map((size, i) => size * block[i]!), ...depth];
  const joined = context.node('Reshape', [moved, context.integers(whole)]);
  const begins = context.integers(edges.map((edge) => edge[0]));
  const ends = context.integers(edges.map((edge, i) => sizes[i]! * block[i]! - edge[1]));
  const axes = context.integers(edges.map((_, i) => i + 1));
  context.define(output, context.node('Slice', [joined, begins, ends, axes]));
}

export function lowerFill(context: LowerContext, node: Node): void {
  const value = context.node('Expand', [context.value(node.inputs[1]!), context.int64(node.inputs[0]!)]);
  context.define(node.outputs[0]!, value);
}

function lowerZerosLike(context: LowerContext, node: Node): void {
  context.define(node.outputs[0]!, zerosOf(context, node, context.integers(context.shape(node.inputs[0]!))));
}

/** Shapes are bound before: the answer is a constant. */
function lowerShape(context: LowerContext, node: Node): void {
  const shape = context.shape(node.inputs[0]!);
  const { dtype } = context.tensor(node.outputs[0]!);
  const known = node.op.kind === 'Rank' ? [shape.length] : shape;
  const list = context.node('Cast', [context.integers(known)], { ints: { to: dataTypeOf(dtype) } });
  const isScalar = node.op.kind === 'Rank';
  context.define(node.outputs[0]!, isScalar ? context.node('Reshape', [list, context.integers([])]) : list);
}

function lowerRange(context: LowerContext, node: Node): void {
  const values = node.inputs.slice(0, 3).map((id) => context.value(id!));
  context.define(node.outputs[0]!, context.node('Range', values));
}

/** ONNX lists the places an axis a row. */
function lowerWhere(context: LowerContext, node: Node): void {
  const places = context.node('NonZero', [context.value(node.inputs[0]!)]);
  context.define(node.outputs[0]!, context.node('Transpose', [places], { intLists: { perm: [1, 0] } }));
}

const PLAIN: Partial<Record<Plain['kind'], (context: LowerContext, node: Node) => void>> = {
  GatherNd: lowerGatherNd,
  ScatterNd: lowerScatterNd,
  Reverse: lowerReverse,
  SpaceToBatch: lowerSpaceToBatch,
  BatchToSpace: lowerBatchToSpace,
  ZerosLike: lowerZerosLike,
  Shape: lowerShape,
  Rank: lowerShape,
  Range: lowerRange,
  Where: lowerWhere,
};

export function lowerPlain(context: LowerContext, node: Node, op: Plain): void {
  const lower = PLAIN[op.kind];
  if (!lower) throw refusal(`${node.source.op} is not supported`);
  lower(context, node);
}

/** Indices that are compared with every place: any that is out of range, negative ones too, lights none up. */
export function lowerOneHot(context: LowerContext, node: Node): void {
  const [indices, depthId, on, off] = node.inputs.map((id) => id!);
  const depth = context.known(depthId!)?.[0];
  if (depth === undefined) throw refusal('ONE_HOT with a depth known only at run time');
  const rank = context.rank(indices!) + 1;
  const given = Number(node.source.attributes.axis ?? -1);
  const axis = given < 0 ? given + rank : given;
  const spread = context.node('Unsqueeze', [context.int64(indices!), context.integers([axis])]);
  const shape = Array.from({ length: rank }, (_, i) => (i === axis ? depth : 1));
  const places = context.integerTensor(
    shape,
    Array.from({ length: depth }, (_, i) => i),
  );
  const isThere = context.node('Equal', [spread, places]);
  context.define(node.outputs[0]!, context.node('Where', [isThere, context.value(on!), context.value(off!)]));
}

export function lowerTopK(context: LowerContext, node: Node): void {
  const [values, places] = node.outputs;
  const names = [context.fresh(), context.fresh()];
  const count = context.node('Reshape', [context.int64(node.inputs[1]!), context.integers([1])]);
  context.builder.node('TopK', [context.value(node.inputs[0]!), count], names);
  context.define(values!, names[0]!);
  if (places === undefined) return;
  const to = dataTypeOf(context.tensor(places).dtype);
  context.define(places, context.node('Cast', [names[1]!], { ints: { to } }));
}

/** A patch written at a place that is known: the places of its elements are a constant. */
export function lowerUpdateSlice(context: LowerContext, node: Node): void {
  const [x, update, start] = node.inputs.map((id) => id!);
  const [whole, part] = [context.shape(x!), context.shape(update!)];
  const limits = context.integers(whole.map((size, axis) => size - part[axis]!));
  // The kernel moves a start that is out of range to where the patch fits.
  const low = context.node('Max', [context.int64(start!), context.integers([0])]);
  const begin = context.node('Min', [low, limits]);
  const count = part.reduce((product, size) => product * size, 1);
  const places = Array.from({ length: count }, (_, at) => placeOf(at, part)).flat();
  const indices = context.node('Add', [context.integerTensor([...part, part.length], places), begin]);
  const inputs = [context.value(x!), indices, context.value(update!)];
  context.define(node.outputs[0]!, context.node('ScatterND', inputs));
}

function placeOf(index: number, shape: readonly number[]): readonly number[] {
  let left = index;
  const place = new Array<number>(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place[axis] = left % shape[axis]!;
    left = Math.floor(left / shape[axis]!);
  }
  return place;
}

function refusal(message: string): ModelError {
  return new ModelError('unsupported-operator', `${message}.`);
}
