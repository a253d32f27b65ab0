import { ModelError } from '../../ir/errors';
import type { Node } from '../../ir/graph';
import type { Concat, BlockRearrange, Pad, Resize, Slice, Split, Transpose, Pack } from '../../ir/ops/rearrange';
import { NCHW_AXIS, TO_NCHW } from './constantLayout';
import type { LowerContext, ValueLayout } from './lowerContext';

/** Everything that only renames dimensions: Reshape, Squeeze, Unsqueeze, Flatten. The output's shape says it all. */
export function lowerReshape(context: LowerContext, node: Node): void {
  const shape = context.shape(node.outputs[0]!);
  const target = context.integers(context.freeBatch ? [-1, ...shape.slice(1)] : shape);
  // A 0 would stand for the dimension of what is reshaped.
  const attributes = shape.includes(0) ? { ints: { allowzero: 1 } } : {};
  const inputs = [context.value(node.inputs[0]!), target];
  context.define(node.outputs[0]!, context.node('Reshape', inputs, attributes));
}

export function lowerTranspose(context: LowerContext, node: Node, op: Transpose): void {
  const perm = op.permutation;
  if (!perm) throw notConstant();
  context.define(node.outputs[0]!, context.node('Transpose', [context.value(node.inputs[0]!)], { intLists: { perm } }));
}

export function lowerConcat(context: LowerContext, node: Node, op: Concat): void {
  const ids = node.inputs.filter((id) => id !== null);
  const layout = context.rank(node.outputs[0]!) === 4 ? context.preferredLayout(ids) : 'file';
  const axis = axisIn(layout, op.axis, context.rank(node.outputs[0]!));
  const value = context.node(
    'Concat',
    ids.map((id) => context.value(id, layout)),
    { ints: { axis } },
  );
  context.define(node.outputs[0]!, context.activate(value, op.activation), layout);
}

export function lowerSplit(context: LowerContext, node: Node, op: Split): void {
  // SPLIT has its axis first and SPLIT_V its sizes second: the data is the float input.
  const x = node.inputs[dataInput(node)]!;
  const layout = context.preferredLayout([x]);
  const axis = axisIn(layout, op.axis, context.rank(x));
  const place = op.axis < 0 ? op.axis + context.rank(x) : op.axis;
  const sizes = node.outputs.map((id) => context.shape(id)[place]!);
  const names = node.outputs.map(() => context.fresh());
  context.builder.node('Split', [context.value(x, layout), context.integers(sizes)], names, { ints: { axis } });
  node.outputs.forEach((id, i) => context.define(id, names[i]!, layout));
}

function dataInput(node: Node): number {
  return node.source.op === 'SPLIT' ? Math.max(0, node.inputs.length - 1) : 0;
}

export function lowerSlice(context: LowerContext, node: Node, op: Slice): void {
  const { begin, end } = op;
  if (!begin || !end) throw notConstant();
  const x = node.inputs[0]!;
  const axes = op.axes ?? begin.map((_, i) => i);
  const strides = op.strides ?? begin.map(() => 1);
  const layout = op.shrink.length === 0 ? context.preferredLayout([x]) : 'file';
  const rank = context.rank(x);
  const places = axes.map((axis) => axisIn(layout, axis, rank));
  const lists = [begin, end, places, strides].map((values) => context.integers(values));
  const value = context.node('Slice', [context.value(x, layout), ...lists]);
  const target = context.integers(context.shape(node.outputs[0]!));
  context.define(node.outputs[0]!, op.shrink.length > 0 ? context.node('Reshape', [value, target]) : value, layout);
}

export function lowerPad(context: LowerContext, node: Node, op: Pad): void {
  const { before, after } = op;
  if (!before || !after) throw notConstant();
  const x = node.inputs[0]!;
  if (op.mode === 'symmetric') {
    lowerSymmetricPad(context, node, before, after);
    return;
  }
  const layout = context.preferredLayout([x]);
  const order = layout === 'NCHW' ? TO_NCHW : before.map((_, i) => i);
  const pads = context.integers([...order.map((axis) => before[axis]!), ...order.map((axis) => after[axis]!)]);
  const fill = context.input(node, 2);
  const inputs = [context.value(x, layout), pads];
  if (fill !== null) inputs.push(context.weights(fill, null, [], 0));
  context.define(node.outputs[0]!, context.node('Pad', inputs, { strings: { mode: op.mode } }), layout);
}

/** Mirrored with the edge itself, which ONNX has no mode for: each axis is gathered from places that are constants. */
function lowerSymmetricPad(
  context: LowerContext,
  node: Node,
  before: readonly number[],
  after: readonly number[],
): void {
  const x = node.inputs[0]!;
  const shape = context.shape(x);
  const value = shape.reduce((made, size, axis) => {
    const length = size + before[axis]! + after[axis]!;
    if (length === size) return made;
    const places = Array.from({ length }, (_, i) => mirrored(i - before[axis]!, size));
    return context.node('Gather', [made, context.integers(places)], { ints: { axis } });
  }, context.value(x));
  context.define(node.outputs[0]!, value);
}

function mirrored(place: number, size: number): number {
  if (place < 0) return -1 - place;
  return place < size ? place : 2 * size - 1 - place;
}

export function lowerResize(context: LowerContext, node: Node, op: Resize): void {
  const [batch, height, width, channels] = context.shape(node.outputs[0]!) as [number, number, number, number];
  const coordinates = op.alignCorners ? 'align_corners' : op.halfPixelCenters ? 'half_pixel' : 'asymmetric';
  // TFLite rounds to nearest with corners aligned and with half-pixel centres, and rounds down otherwise
  // (reference_ops::ResizeNearestNeighbor).
  const nearest = op.alignCorners || op.halfPixelCenters ? 'round_prefer_ceil' : 'floor';
  const value = context.node(
    'Resize',
    [context.value(node.inputs[0]!, 'NCHW'), '', '', context.integers([batch, channels, height, width])],
    { strings: { mode: op.mode, coordinate_transformation_mode: coordinates, nearest_mode: nearest } },
  );
  context.define(node.outputs[0]!, value, 'NCHW');
}

export function lowerPack(context: LowerContext, node: Node, op: Pack): void {
  if (op.kind === 'Pack') {
    const axes = context.integers([op.axis]);
    const parts = node.inputs.map((id) => context.node('Unsqueeze', [context.value(id!), axes]));
    context.define(node.outputs[0]!, context.node('Concat', parts, { ints: { axis: op.axis } }));
    return;
  }
  const names = node.outputs.map(() => context.fresh());
  const sizes = context.integers(node.outputs.map(() => 1));
  context.builder.node('Split', [context.value(node.inputs[0]!), sizes], names, { ints: { axis: op.axis } });
  node.outputs.forEach((id, i) => {
    context.define(id, context.node('Squeeze', [names[i]!, context.integers([op.axis])]));
  });
}

export function lowerBlockRearrange(context: LowerContext, node: Node, op: BlockRearrange): void {
  const ints = { blocksize: op.blockSize };
  const attributes = op.kind === 'DepthToSpace' ? { ints, strings: { mode: op.mode } } : { ints };
  context.define(node.outputs[0]!, context.node(op.kind, [context.value(node.inputs[0]!, 'NCHW')], attributes), 'NCHW');
}

/** Passes its input on; a quantized output is rounded by `define`. */
export function lowerIdentity(context: LowerContext, node: Node): void {
  const layout = context.preferredLayout([node.inputs[0]!]);
  context.define(node.outputs[0]!, context.value(node.inputs[0]!, layout), layout);
}

function axisIn(layout: ValueLayout, axis: number, rank: number): number {
  const place = axis < 0 ? axis + rank : axis;
  return layout === 'NCHW' ? NCHW_AXIS[place]! : place;
}

function notConstant(): ModelError {
  return new ModelError('unsupported-operator', `Its bounds are known only at run time.`);
}
