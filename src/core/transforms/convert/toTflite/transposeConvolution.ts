import { bitsOf } from '../../../ir/dtype';
import type { Node } from '../../../ir/graph';
import type { Activation } from '../../../ir/ops/common';
import type { TensorId } from '../../../ir/tensor';
import { spatialRankOf, windowOf, type Window } from '../../../formats/onnx/ops/window';
import { Refusal } from '../refusal';
import { biasFor } from './bias';
import { cutAxis, spreadCells } from './constantCells';
import type { Conversion } from './conversion';
import { asPlane, fromPlane } from './convolution';
import { channelsOf, joined, VOLUME_NOTE, withBias } from './grouping';
import { viewOf } from './nodeViews';
import { channelsLast, inverse } from './permutation';

/** Cells of one spatial axis: what the products reach, where the result starts in them, and how long it is. */
interface Reach {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly full: number;
  readonly begin: number;
  readonly output: number;
}

interface Shapes {
  readonly input: readonly number[];
  readonly weights: readonly number[];
  readonly output: readonly number[];
}

/** A kernel with holes is a larger one with zeros in them, which is what both formats compute. */
function reachOf(node: Node, c: Conversion, window: Window, { input, weights, output }: Shapes): readonly Reach[] {
  const { dilations, strides } = window;
  const extra = viewOf(c, node).numbers('output_padding');
  return weights.slice(2).map((size, i) => {
    const kernel = (size - 1) * (dilations[i] ?? 1) + 1;
    const stride = strides[i] ?? 1;
    const full = (input[i + 2]! - 1) * stride + kernel;
    const total = Math.max(0, full + (extra?.[i] ?? 0) - output[i + 2]!);
    const begin = beginOf(node, c, window, { axis: i, total });
    return { input: input[i + 2]!, kernel, stride, full, begin, output: output[i + 2]! };
  });
}

/** Cells cut off before an axis. What an output shape or SAME cuts in all is halved, the odd cell behind or before. */
function beginOf(node: Node, c: Conversion, { padding }: Window, use: { axis: number; total: number }): number {
  const isStated = viewOf(c, node).has('output_shape');
  if (padding.kind === 'explicit' && !isStated) return padding.begin[use.axis]!;
  if (padding.kind === 'valid' && !isStated) return 0;
  const isUpper = padding.kind === 'same' && padding.odd === 'upper';
  return isUpper ? Math.floor(use.total / 2) : Math.ceil(use.total / 2);
}

/** How the window of a transposed convolution moves. Throws Refusal for windows that no kernel has. */
function slideOf(
  c: Conversion,
  node: Node,
  op: { readonly activation?: Activation },
): Window & { readonly groups: number } {
  const view = viewOf(c, node);
  const spatialRank = spatialRankOf(view, 1) ?? 0;
  const window = spatialRank >= 1 && spatialRank <= 3 ? windowOf(view, spatialRank) : null;
  if (!window) throw new Refusal('a window over more than three dimensions');
  if ((op.activation ?? 'none') !== 'none') throw new Refusal('a transposed convolution with a fused activation');
  const groups = view.number('group', 1);
  if (groups > 1 && c.integer)
    throw new Refusal('a quantized transposed convolution in groups', 'convert the float model');
  return { ...window, groups };
}

export function convertTransposeConv(c: Conversion, node: Node, op: { readonly activation?: Activation }): void {
  const [x, w, output] = [c.input(node, 0), c.input(node, 1), node.outputs[0]!];
  const shapes = { input: c.shape(x), weights: c.shape(w), output: c.shape(output) };
  const window = slideOf(c, node, op);
  const { groups } = window;
  const spatialRank = shapes.weights.length - 2;
  const given = reachOf(node, c, window, shapes);
  const line: Reach = { input: 1, kernel: 1, stride: 1, full: 1, begin: 0, output: 1 };
  const reaches = spatialRank === 1 ? [line, ...given] : given;
  const value = c.value(x, channelsLast(shapes.input.length));
  const plane = spatialRank === 3 ? value : asPlane(c, value, spatialRank);
  const filters = filtersOf(c, w, { dilations: window.dilations, groups });
  const parts = filters.map((filter, index) => {
    const part = groups === 1 ? plane : channelsOf(c, plane, { groups, index });
    return transposed(c, node, { plane: part, filter, reaches });
  });
  const made = groups === 1 ? parts[0]! : withBias(c, node, joined(c, parts));
  const turned = spatialRank === 3 ? made : fromPlane(c, made, spatialRank);
  c.define(output, turned, channelsLast(shapes.output.length));
}

/** The weights of each group: O·H·W·I for a plane, D·H·W·O·I for a volume. */
function filtersOf(
  c: Conversion,
  w: TensorId,
  { dilations, groups }: { readonly dilations: readonly number[]; readonly groups: number },
): readonly TensorId[] {
  const rank = c.rank(w);
  const order =
    rank === 5 ? [2, 3, 4, 1, 0] : [...inverse([rank - 1, ...Array.from({ length: rank - 1 }, (_, i) => i)])];
  const plain = c.value(w, order);
  const { name, dtype, constant, quantization } = c.draft.tensor(plain);
  const shape = c.draft.shape(plain);
  const isChanged = groups > 1 || dilations.some((dilation) => dilation !== 1);
  if (!constant) {
    if (isChanged)
      throw new Refusal('groups or dilation with weights known only at run time', 'make the weights constants');
    return [c.reshape(plain, wide(shape))];
  }
  if (isChanged && quantization?.zeroPoints.some((zeroPoint) => zeroPoint !== 0))
    throw new Refusal('its weights are quantized around another value than zero', 'quantize the weights symmetrically');
  const size = bitsOf(dtype) / 8;
  const factors = order.map((axis) => dilations[axis - 2] ?? 1);
  const spread = spreadCells(constant.read(), size, shape, factors);
  const whole = shape.map((dim, i) => (dim - 1) * factors[i]! + 1);
  const count = whole.at(-1)! / groups;
  return Array.from({ length: groups }, (_, i) => {
    const bytes =
      groups === 1 ? spread : cutAxis(spread, size, whole, { axis: whole.length - 1, from: i * count, count });
    return c.draft.constant(name, dtype, wide([...whole.slice(0, -1), count]), bytes, quantization);
  });
}

/** Weights of one spatial dimension get a height of 1. */
function wide(shape: readonly number[]): readonly number[] {
  return shape.length === 3 ? [shape[0]!, 1, shape[1]!, shape[2]!] : shape;
}

interface Part {
  readonly plane: TensorId;
  readonly filter: TensorId;
  readonly reaches: readonly Reach[];
}

function transposed(c: Conversion, node: Node, { plane, filter, reaches }: Part): TensorId {
  const isVolume = reaches.length === 3;
  const channels = c.draft.shape(filter).at(isVolume ? -2 : 0)!;
  const batch = c.draft.shape(plane)[0]!;
  const isSame = reaches.every(({ input, full, begin, output, stride }) => {
    const total = Math.max(0, full - output);
    return input === Math.ceil(output / stride) && begin === Math.floor(total / 2);
  });
  const needsCrop = !isSame && reaches.some(({ begin, full, output }) => begin > 0 || full > output);
  const size = reaches.map(({ full, begin, output }) => (needsCrop ? Math.max(full, begin + output) : output));
  const made = [batch, ...size, channels];
  const isGrouped = channels !== c.shape(node.outputs[0]!)[1];
  const id = isGrouped ? null : c.optional(node, 2);
  const bias = id === null ? null : biasFor(c, { id, count: channels, input: plane, weights: filter });
  const facts = { ...c.resultFacts(node.outputs[0]!, []), shape: made };
  const names = isVolume ? ['d', 'h', 'w'] : ['h', 'w'];
  const attributes = {
    padding: isSame ? 'SAME' : 'VALID',
    ...Object.fromEntries(reaches.map(({ stride }, i) => [`stride_${names[i]!}`, stride])),
    ...(isVolume ? { dilation_d_factor: 1, dilation_h_factor: 1, dilation_w_factor: 1 } : {}),
    fused_activation_function: 'NONE',
  };
  const whole = c.draft.integers(made);
  // Of the volume's operator the operands stand in the order of the file.
  const result = isVolume
    ? c.emit('CONV_3D_TRANSPOSE', [whole, filter, plane, ...(bias === null ? [] : [bias])], facts, attributes)
    : c.emit('TRANSPOSE_CONV', [plane, filter, bias, whole], facts, attributes);
  if (isVolume) c.notes.add(VOLUME_NOTE);
  if (!needsCrop) return result;
  const shape = [batch, ...reaches.map(({ output }) => output), channels];
  const begin = [0, ...reaches.map((reach) => reach.begin), 0];
  return c.emitLike(result, shape, 'SLICE', [result, c.draft.integers(begin), c.draft.integers(shape)]);
}
