import type { Node } from '../../../ir/graph';
import type { BlockRearrange, Concat, Gather, Pad, Slice, Split } from '../../../ir/ops/rearrange';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import { broadcastOperand, checkTypes, commonOrder } from './broadcasting';
import type { Conversion } from './conversion';
import { FUSED } from './elementwise';
import { channelsLast, identity, permuted } from './permutation';

export function convertConcat(c: Conversion, node: Node, op: Concat): void {
  const output = node.outputs[0]!;
  const ids = node.inputs.filter((id) => id !== null);
  const rank = c.rank(output);
  const order = commonOrder(c, ids, rank);
  const wanted = c.integer ? c.integerForm(output) : null;
  // The int8 kernel joins tensors of one scale.
  const parts = ids.map((id) => (wanted ? c.requantize(c.value(id, order), wanted) : c.value(id, order)));
  const full = parts.filter((id) => !c.draft.shape(id).includes(0));
  const axis = order.indexOf(c.axis(op.axis, rank));
  if (full.length === 1) {
    c.define(output, full[0]!, order);
    return;
  }
  const attributes = { axis, fused_activation_function: FUSED[op.activation] };
  c.define(
    output,
    c.emitLike(full[0] ?? parts[0]!, permuted(c.shape(output), order), 'CONCATENATION', full, attributes),
    order,
  );
}

export function convertSplit(c: Conversion, node: Node, op: Split): void {
  const x = c.input(node, 0);
  const order = c.order(x);
  const value = c.value(x, order);
  const axis = c.axis(op.axis, order.length);
  const place = order.indexOf(axis);
  const shapes = node.outputs.map((id) => permuted(c.shape(id), order));
  const sizes = shapes.map((shape) => shape[place]!);
  const { dtype, quantization } = c.draft.tensor(value);
  const outputs = shapes.map((shape) => c.draft.activation('split', { dtype, shape, quantization }));
  const count = { num_splits: outputs.length };
  if (new Set(sizes).size === 1) {
    checkTypes(c, value, 'SPLIT', ['float32', 'uint8', 'int8', 'int16', 'int32', 'quantized']);
    c.draft.node('SPLIT', [c.draft.integers([place], []), value], outputs, count);
  } else {
    checkTypes(c, value, 'SPLIT_V', ['float32', 'uint8', 'int8', 'int16', 'int32', 'int64', 'quantized']);
    c.draft.node('SPLIT_V', [value, c.draft.integers(sizes), c.draft.integers([place], [])], outputs, count);
  }
  node.outputs.forEach((id, index) => c.define(id, outputs[index]!, order));
}

interface Span {
  readonly begin: number;
  readonly stride: number;
  readonly count: number;
}

/** Python's slice of one axis: where it starts once clamped, and how many it takes. */
function spanOf(extent: number, first: number, last: number, stride: number): Span {
  const from = first < 0 ? first + extent : first;
  const to = last < 0 ? last + extent : last;
  const begin = stride > 0 ? Math.min(Math.max(from, 0), extent) : Math.min(Math.max(from, -1), extent - 1);
  const end = stride > 0 ? Math.min(Math.max(to, 0), extent) : Math.min(Math.max(to, -1), extent - 1);
  return { begin, stride, count: Math.max(0, Math.ceil((end - begin) / stride)) };
}

export function convertSlice(c: Conversion, node: Node, op: Slice): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const shape = c.shape(x);
  const byInputs = node.source.version >= 10;
  const at = (index: number, given: readonly number[] | null) =>
    given ?? (byInputs ? c.known(c.optional(node, index)) : null);
  const [begin, end] = [at(1, op.begin), at(2, op.end)];
  if (!begin || !end) throw new Refusal('its bounds are known only at run time', 'make the bounds constants');
  const axes = at(3, op.axes) ?? begin.map((_, i) => i);
  const strides = at(4, op.strides) ?? begin.map(() => 1);
  const spans: Span[] = shape.map((extent) => ({ begin: 0, stride: 1, count: extent }));
  axes.forEach((axis, i) => {
    const place = c.axis(axis, shape.length);
    spans[place] = spanOf(shape[place]!, begin[i]!, end[i]!, strides[i]!);
  });
  if (spans.some(({ count }) => count === 0)) throw new Refusal('its result is empty');
  const order = c.order(x);
  const value = c.value(x, order);
  c.define(output, sliced(c, value, permuted(spans, order)), order);
}

function sliced(c: Conversion, value: TensorId, spans: readonly Span[]): TensorId {
  const shape = spans.map(({ count }) => count);
  const begin = c.draft.integers(spans.map((span) => span.begin));
  if (spans.every(({ stride }) => stride === 1)) {
    if (shape.every((dim, i) => dim === c.draft.shape(value)[i])) return value;
    return c.emitLike(value, shape, 'SLICE', [value, begin, c.draft.integers(shape)]);
  }
  if (shape.length > 5) throw new Refusal('a strided slice of more than five dimensions');
  checkTypes(c, value, 'STRIDED_SLICE', ['float32', 'int32', 'int64', 'uint8', 'int8', 'int16', 'bool', 'quantized']);
  const ends = spans.map((span) => span.begin + span.count * span.stride);
  // An end before the first element would count from the back: the mask says "to the start".
  const mask = ends.reduce((bits, end, i) => (spans[i]!.stride < 0 && end < 0 ? bits | (1 << i) : bits), 0);
  const strides = c.draft.integers(spans.map((span) => span.stride));
  const inputs = [value, begin, c.draft.integers(ends.map((end) => Math.max(end, 0))), strides];
  const attributes = {
    begin_mask: 0,
    end_mask: mask,
    ellipsis_mask: 0,
    new_axis_mask: 0,
    shrink_axis_mask: 0,
    offset: false,
  };
  return c.emitLike(value, shape, 'STRIDED_SLICE', inputs, attributes);
}

/** Cells before each axis and then after each, in the order of the file. */
function padsOf(c: Conversion, node: Node, op: Pad, rank: number): readonly number[] {
  const byInput = node.source.version >= 11 && c.optional(node, 3) === null ? c.known(c.optional(node, 1)) : null;
  const pads = op.before && op.after ? [...op.before, ...op.after] : byInput;
  if (pads?.length !== 2 * rank) throw new Refusal('its pads are known only at run time', 'make the pads constants');
  if (pads.some((pad) => pad < 0)) throw new Refusal('it crops with negative pads', 'use a Slice');
  if (rank > 4 && (op.mode === 'constant' || op.mode === 'reflect'))
    throw new Refusal(`padding over ${rank} dimensions`);
  return pads;
}

export function convertPad(c: Conversion, node: Node, op: Pad): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const rank = c.rank(x);
  const pads = padsOf(c, node, op, rank);
  const order = c.order(x);
  const value = c.value(x, order);
  const pairs = order.flatMap((axis) => [pads[axis]!, pads[axis + rank]!]);
  const table = c.draft.integers(pairs, [rank, 2]);
  const shape = permuted(c.shape(output), order);
  if (op.mode === 'edge' || op.mode === 'wrap') {
    c.define(output, repeated(c, value, op.mode, pairs), order);
    return;
  }
  if (op.mode === 'reflect') {
    c.define(output, c.emitLike(value, shape, 'MIRROR_PAD', [value, table], { mode: 'REFLECT' }), order);
    return;
  }
  checkTypes(c, value, 'PADV2', ['float32', 'int32', 'int64', 'uint8', 'int8', 'quantized']);
  const fill = padFill(c, node);
  const { dtype } = c.draft.tensor(value);
  if (fill !== 0 && (c.integer || dtype !== 'float32')) throw new Refusal(`padding of ${dtype} with ${fill}`);
  const made =
    fill === 0
      ? c.emitLike(value, shape, 'PAD', [value, table])
      : c.emitLike(value, shape, 'PADV2', [value, table, c.draft.reals('fill', [1], Float32Array.of(fill))]);
  c.define(output, made, order);
}

/** Cells of the tensor itself around it, picked axis by axis: the outermost again, or those of the other end. */
function repeated(c: Conversion, value: TensorId, mode: 'edge' | 'wrap', pairs: readonly number[]): TensorId {
  checkTypes(c, value, 'GATHER', ['float32', 'int32', 'int64', 'uint8', 'int8', 'int16', 'bool', 'quantized']);
  return c.draft.shape(value).reduce((made, extent, axis) => {
    const [before, after] = [pairs[2 * axis]!, pairs[2 * axis + 1]!];
    if (before === 0 && after === 0) return made;
    const places = Array.from({ length: before + extent + after }, (_, i) => {
      const place = i - before;
      return mode === 'edge' ? Math.min(Math.max(place, 0), extent - 1) : ((place % extent) + extent) % extent;
    });
    const shape = c.draft.shape(made).map((dim, i) => (i === axis ? places.length : dim));
    return c.emitLike(made, shape, 'GATHER', [made, c.draft.integers(places)], { axis, batch_dims: 0 });
  }, value);
}

function padFill(c: Conversion, node: Node): number {
  if (node.source.version < 11) return Number(node.source.attributes.value ?? 0);
  const id = c.optional(node, 2);
  if (id === null) return 0;
  const values = c.reals(id) ?? c.known(id);
  if (!values) throw new Refusal('its fill is known only at run time', 'make the fill a constant');
  return values[0] ?? 0;
}

export function convertGather(c: Conversion, node: Node, op: Gather): void {
  const [x, indices, output] = [c.input(node, 0), c.input(node, 1), node.outputs[0]!];
  const rank = c.rank(x);
  const axis = c.axis(op.axis, rank);
  const order = c.constant(x) ? identity(rank) : c.order(x);
  const value = c.value(x, order);
  checkTypes(c, value, 'GATHER', ['float32', 'int32', 'int64', 'uint8', 'int8', 'int16', 'bool', 'quantized']);
  const wide = c.rank(indices);
  const place = order.indexOf(axis);
  const gathered = order.flatMap((each) => {
    if (each === axis) return Array.from({ length: wide }, (_, i) => axis + i);
    return [each < axis ? each : each + wide - 1];
  });
  const at = nonNegative(c, indices, c.shape(x)[axis]!);
  const shape = permuted(c.shape(output), gathered);
  c.define(output, c.emitLike(value, shape, 'GATHER', [value, at], { axis: place, batch_dims: 0 }), gathered);
}

/** ONNX counts negative indices from the end; TFLite does not. */
export function nonNegative(c: Conversion, id: TensorId, extent: number): TensorId {
  const known = c.known(id);
  if (known)
    return c.draft.integers(
      known.map((index) => (index < 0 ? index + extent : index)),
      c.shape(id),
    );
  const value = c.value(id);
  checkTypes(c, value, 'GATHER', ['int32', 'int64']);
  const { dtype, name } = c.draft.tensor(value);
  const bytes = dtype === 'int64' ? BigInt64Array.of(BigInt(extent)) : Int32Array.of(extent);
  const size = c.draft.constant(`${name}/extent`, dtype, [], new Uint8Array(bytes.buffer));
  c.notes.add('Indices of Gather may be negative in ONNX: a FLOOR_MOD brings them into range.');
  const shape = c.draft.shape(value);
  // Kernels broadcast over few dimensions.
  const flat = shape.length > 4 ? c.reshape(value, [shape.reduce((product, dim) => product * dim, 1)]) : value;
  return c.reshape(c.emitLike(flat, c.draft.shape(flat), 'FLOOR_MOD', [flat, size]), shape);
}

export function convertBlock(c: Conversion, node: Node, op: BlockRearrange): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const order = channelsLast(4);
  const value = c.value(x, order);
  checkTypes(c, value, node.source.op, ['float32', 'uint8', 'int8', 'int32', 'int64', 'quantized']);
  if (op.kind === 'DepthToSpace' && op.mode === 'CRD' && c.shape(output)[1] !== 1) {
    c.define(output, columnRowDepth(c, value, op.blockSize), order);
    return;
  }
  const name = op.kind === 'DepthToSpace' ? 'DEPTH_TO_SPACE' : 'SPACE_TO_DEPTH';
  const shape = permuted(c.shape(output), order);
  c.define(output, c.emitLike(value, shape, name, [value], { block_size: op.blockSize }), order);
}

/** Channels that stand before the block's rows and columns, as PixelShuffle has them: TFLite's kernel wants them after. */
function columnRowDepth(c: Conversion, value: TensorId, block: number): TensorId {
  const [batch, height, width, depth] = c.draft.shape(value) as [number, number, number, number];
  const channels = depth / (block * block);
  const cells = c.reshape(value, [batch, height, width, channels, block, block]);
  const turned = c.transpose(cells, [0, 1, 4, 2, 5, 3]);
  return c.reshape(turned, [batch, height * block, width * block, channels]);
}

export function convertTile(c: Conversion, node: Node): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const repeats = c.known(c.optional(node, 1));
  if (!repeats) throw new Refusal('its repeats are known only at run time', 'make the repeats a constant');
  const order = c.order(x);
  const value = c.value(x, order);
  checkTypes(c, value, 'TILE', ['float32', 'int32', 'int64', 'uint8', 'int8', 'bool', 'quantized']);
  const shape = permuted(c.shape(output), order);
  c.define(output, c.emitLike(value, shape, 'TILE', [value, c.draft.integers(permuted(repeats, order))]), order);
}

export function convertExpand(c: Conversion, node: Node): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const target = c.shape(output);
  const order = c.rank(x) === target.length ? c.order(x) : identity(target.length);
  const value = broadcastOperand(c, x, order);
  checkTypes(c, value, 'BROADCAST_TO', ['float32', 'int32', 'int64', 'uint8', 'int8', 'bool', 'quantized']);
  const shape = permuted(target, order);
  c.define(output, c.emitLike(value, shape, 'BROADCAST_TO', [value, c.draft.integers(shape)]), order);
}
