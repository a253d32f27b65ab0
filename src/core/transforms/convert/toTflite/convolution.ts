import type { Node } from '../../../ir/graph';
import type { Padding } from '../../../ir/ops/common';
import type { Conv, DepthwiseConv2d, TransposeConv2d } from '../../../ir/ops/convolution';
import type { TensorId } from '../../../ir/tensor';
import { explicitPads } from '../../lower/lowerConvolution';
import { Refusal } from '../refusal';
import { biasFor } from './bias';
import type { Conversion } from './conversion';
import { FUSED } from './elementwise';
import { channelsLast, type Permutation } from './permutation';
import type { SpatialAxis } from './window';
import { nativePadding, padPlane, refuseRank } from './window';

/** O·I·spatial as ONNX has it, in TFLite's O·spatial·I. */
const weightOrder = (rank: number): Permutation => channelsLast(rank);
/** (C·m)·1·spatial in TFLite's 1·spatial·(C·m). */
const depthwiseOrder = (rank: number): Permutation => [1, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 0];

/** An NHWC plane of height 1 for one spatial dimension. */
export function asPlane(c: Conversion, id: TensorId, spatialRank: number): TensorId {
  const shape = c.draft.shape(id);
  return spatialRank === 2 ? id : c.reshape(id, [shape[0]!, 1, shape[1]!, shape[2]!]);
}

/** The one spatial dimension back, where there was one. */
export function fromPlane(c: Conversion, id: TensorId, spatialRank: number): TensorId {
  const shape = c.draft.shape(id);
  return spatialRank === 2 ? id : c.reshape(id, [shape[0]!, shape[2]!, shape[3]!]);
}

/** Height and width of a window over an ONNX tensor N·C·spatial. */
export function spatialAxes(
  input: readonly number[],
  output: readonly number[],
  window: { kernel: readonly number[]; strides: readonly number[]; dilations: readonly number[]; padding: Padding },
): readonly SpatialAxis[] {
  const { kernel, strides, dilations, padding } = window;
  const sizes = kernel.map((size, i) => ({
    input: input[i + 2]!,
    kernel: size,
    stride: strides[i] ?? 1,
    dilation: dilations[i] ?? 1,
  }));
  const pads = explicitPads(padding, sizes);
  const axes = sizes.map((size, i) => ({ ...size, output: output[i + 2]!, begin: pads[i]! }));
  const height = { input: 1, output: 1, kernel: 1, stride: 1, dilation: 1, begin: 0 };
  return axes.length === 1 ? [height, ...axes] : axes;
}

export function convertConv(c: Conversion, node: Node, op: Conv | DepthwiseConv2d): void {
  const [x, w, output] = [c.input(node, 0), c.input(node, 1), node.outputs[0]!];
  const [inShape, wShape, outShape] = [c.shape(x), c.shape(w), c.shape(output)];
  const spatialRank = wShape.length - 2;
  refuseRank(spatialRank);
  const groups = op.kind === 'DepthwiseConv2d' ? inShape[1]! : op.groups;
  const isDepthwise = groups === inShape[1] && groups > 1 && wShape[0]! % groups === 0 && wShape[1] === 1;
  const kernel = wShape.slice(2);
  const axes = spatialAxes(inShape, outShape, { ...op, kernel });
  const native = nativePadding(axes);
  const plane = asPlane(c, c.value(x, channelsLast(inShape.length)), spatialRank);
  const padded = native === null ? padPlane(c, plane, axes, null) : plane;
  const order = isDepthwise ? depthwiseOrder(wShape.length) : weightOrder(wShape.length);
  const weights = asWeights(c, c.value(w, order));
  const bias = biasFor(c, { id: c.optional(node, 2), count: wShape[0]!, input: padded, weights });
  const attributes = {
    padding: native ?? 'VALID',
    stride_h: axes[0]!.stride,
    stride_w: axes[1]!.stride,
    dilation_h_factor: axes[0]!.dilation,
    dilation_w_factor: axes[1]!.dilation,
    fused_activation_function: FUSED[op.activation],
    ...(isDepthwise ? { depth_multiplier: wShape[0]! / groups } : {}),
  };
  const facts = c.resultFacts(output, channelsLast(outShape.length));
  const shape = [outShape[0]!, axes[0]!.output, axes[1]!.output, outShape[1]!];
  const name = isDepthwise ? 'DEPTHWISE_CONV_2D' : 'CONV_2D';
  const made = c.emit(name, [padded, weights, bias], { ...facts, shape }, attributes);
  c.define(output, fromPlane(c, made, spatialRank), channelsLast(outShape.length));
}

/** Weights of one spatial dimension get a height of 1. */
function asWeights(c: Conversion, id: TensorId): TensorId {
  const shape = c.draft.shape(id);
  if (shape.length === 4) return id;
  const wide = [shape[0]!, 1, shape[1]!, shape[2]!];
  const { name, dtype, constant, quantization } = c.draft.tensor(id);
  if (!constant) return c.reshape(id, wide);
  const axis = quantization?.axis ?? null;
  const moved = quantization && { ...quantization, axis: axis !== null && axis > 0 ? axis + 1 : axis };
  return c.draft.constant(name, dtype, wide, constant.read(), moved);
}

export function convertTransposeConv(c: Conversion, node: Node, op: TransposeConv2d): void {
  const [x, w, output] = [c.input(node, 0), c.input(node, 1), node.outputs[0]!];
  const [inShape, wShape, outShape] = [c.shape(x), c.shape(w), c.shape(output)];
  if (op.groups !== 1) throw new Refusal('a transposed convolution in groups');
  if (op.dilations.some((dilation) => dilation !== 1)) throw new Refusal('a transposed convolution with dilation');
  if (op.activation !== 'none') throw new Refusal('a transposed convolution with a fused activation');
  const kernel = wShape.slice(2);
  const full = kernel.map((size, i) => (inShape[i + 2]! - 1) * op.strides[i]! + size);
  const begins = transposedBegins(op, full, outShape.slice(2));
  const isSame = kernel.every((size, i) => {
    const total = Math.max(0, full[i]! - outShape[i + 2]!);
    return (
      inShape[i + 2] === Math.ceil(outShape[i + 2]! / op.strides[i]!) && begins[i] === Math.floor(total / 2) && size > 0
    );
  });
  const needsCrop = !isSame && begins.some((begin, i) => begin > 0 || full[i]! > outShape[i + 2]!);
  const size = kernel.map((_, i) => (needsCrop ? Math.max(full[i]!, begins[i]! + outShape[i + 2]!) : outShape[i + 2]!));
  const made = [outShape[0]!, ...size, outShape[1]!];
  const weights = c.value(w, [1, 2, 3, 0]);
  const value = c.value(x, channelsLast(4));
  const bias =
    c.optional(node, 2) === null
      ? null
      : biasFor(c, { id: c.optional(node, 2), count: outShape[1]!, input: value, weights });
  const facts = { ...c.resultFacts(output, channelsLast(4)), shape: made };
  const attributes = {
    padding: isSame ? 'SAME' : 'VALID',
    stride_h: op.strides[0]!,
    stride_w: op.strides[1]!,
    fused_activation_function: 'NONE',
  };
  const result = c.emit('TRANSPOSE_CONV', [value, weights, bias, c.draft.integers(made)], facts, attributes);
  c.define(output, needsCrop ? cropped(c, result, begins, outShape) : result, channelsLast(4));
}

/** Cells cut off before each axis. `auto_pad` SAME halves what is too much, the odd cell behind or before. */
function transposedBegins(op: TransposeConv2d, full: readonly number[], output: readonly number[]): readonly number[] {
  const { padding } = op;
  if (padding.kind === 'explicit') return padding.begin;
  if (padding.kind === 'valid') return full.map(() => 0);
  return full.map((cells, i) => {
    const total = Math.max(0, cells + op.outputPadding[i]! - output[i]!);
    return padding.odd === 'upper' ? Math.floor(total / 2) : Math.ceil(total / 2);
  });
}

function cropped(c: Conversion, id: TensorId, begins: readonly number[], outShape: readonly number[]): TensorId {
  const shape = [outShape[0]!, outShape[2]!, outShape[3]!, outShape[1]!];
  const begin = [0, ...begins, 0];
  return c.emitLike(id, shape, 'SLICE', [id, c.draft.integers(begin), c.draft.integers(shape)]);
}
