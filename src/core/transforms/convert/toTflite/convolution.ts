import type { Attributes } from '../../../ir/attributes';
import { bitsOf } from '../../../ir/dtype';
import type { Node } from '../../../ir/graph';
import type { Activation, Padding } from '../../../ir/ops/common';
import type { Conv, DepthwiseConv2d } from '../../../ir/ops/convolution';
import type { TensorId } from '../../../ir/tensor';
import { explicitPads } from '../../lower/lowerConvolution';
import { Refusal } from '../refusal';
import { biasFor } from './bias';
import { cutAxis } from './constantCells';
import type { Conversion } from './conversion';
import { FUSED } from './elementwise';
import { channelsLast, type Permutation } from './permutation';
import { channelsOf, joined, VOLUME_NOTE, withBias } from './grouping';
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
  if (spatialRank === 3) {
    convertVolume(c, node, op);
    return;
  }
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

/** Over three dimensions, group by group: weights D·H·W·I·O. */
function convertVolume(c: Conversion, node: Node, op: Conv | DepthwiseConv2d): void {
  const [x, w, output] = [c.input(node, 0), c.input(node, 1), node.outputs[0]!];
  if (c.integer)
    throw new Refusal('a quantized convolution over three dimensions has no kernel', 'convert the float model');
  const axes = spatialAxes(c.shape(x), c.shape(output), { ...op, kernel: c.shape(w).slice(2) });
  const native = nativePadding(axes);
  const value = c.value(x, channelsLast(5));
  const padded = native === null ? padPlane(c, value, axes, null) : value;
  const weights = c.value(w, [2, 3, 4, 1, 0]);
  const shape = c.draft.shape(weights);
  const { name, dtype, constant } = c.draft.tensor(weights);
  const groups = op.kind === 'DepthwiseConv2d' ? c.shape(x)[1]! : op.groups;
  const isWhole = groups === 1;
  if (!isWhole && !constant)
    throw new Refusal('groups with weights known only at run time', 'make the weights constants');
  const count = shape.at(-1)! / groups;
  const attributes = {
    padding: native ?? 'VALID',
    ...windowAttributes(axes),
    fused_activation_function: isWhole ? FUSED[op.activation] : 'NONE',
  };
  const bias = isWhole ? [biasFor(c, { id: c.optional(node, 2), count, input: padded, weights })] : [];
  const parts = Array.from({ length: groups }, (_, index) => {
    const part = isWhole ? padded : channelsOf(c, padded, { groups, index });
    const cut = (): Uint8Array =>
      cutAxis(constant!.read(), bitsOf(dtype) / 8, shape, { axis: 4, from: index * count, count });
    const filter = isWhole ? weights : c.draft.constant(name, dtype, [...shape.slice(0, -1), count], cut());
    const made = [c.shape(x)[0]!, ...axes.map((axis) => axis.output), count];
    return c.emit('CONV_3D', [part, filter, ...bias], { dtype: 'float32', shape: made }, attributes);
  });
  c.notes.add(VOLUME_NOTE);
  const made = isWhole ? parts[0]! : withBias(c, node, joined(c, parts));
  c.define(output, isWhole ? made : activated(c, made, op.activation), channelsLast(5));
}

function windowAttributes(axes: readonly SpatialAxis[]): Attributes {
  const names = ['d', 'h', 'w'];
  return Object.fromEntries(
    axes.flatMap(({ stride, dilation }, i) => [
      [`stride_${names[i]!}`, stride],
      [`dilation_${names[i]!}_factor`, dilation],
    ]),
  );
}

/** An activation of its own, where no operator is there to fuse it. */
function activated(c: Conversion, id: TensorId, activation: Activation): TensorId {
  return activation === 'none' ? id : c.emitLike(id, c.draft.shape(id), FUSED[activation], [id]);
}
