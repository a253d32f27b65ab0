import type { Node } from '../../../ir/graph';
import type { BatchNorm, Norm } from '../../../ir/ops/normalization';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import { checkTypes } from './broadcasting';
import type { Conversion } from './conversion';
import { channelsLast } from './permutation';
import { lastInOrder } from './activation';

const NONE = { fused_activation_function: 'NONE' };
const NONE_POT = { fused_activation_function: 'NONE', pot_scale_int16: false };

/** One left over after folding into a layer: x · a + b a channel. */
export function convertBatchNorm(c: Conversion, node: Node, op: BatchNorm): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const order = channelsLast(c.rank(x));
  const value = c.value(x, order);
  checkTypes(c, value, 'MUL', ['float32']);
  const shape = c.draft.shape(value);
  const parameters = [1, 2, 3, 4].map((index) => c.input(node, index));
  const reals = parameters.map((id) => c.reals(id));
  if (reals.every((each) => each !== null)) {
    const [scale, bias, mean, variance] = reals as [Float32Array, Float32Array, Float32Array, Float32Array];
    const a = scale.map((each, i) => each / Math.sqrt(variance[i]! + op.epsilon));
    const b = bias.map((each, i) => each - mean[i]! * a[i]!);
    const scaled = c.emitLike(value, shape, 'MUL', [value, c.draft.reals('scale', [a.length], a)], NONE);
    c.define(output, c.emitLike(value, shape, 'ADD', [scaled, c.draft.reals('shift', [b.length], b)], NONE_POT), order);
    return;
  }
  const [scale, bias, mean, variance] = parameters.map((id) => c.value(id)) as [number, number, number, number];
  const epsilon = c.draft.reals('epsilon', [], Float32Array.of(op.epsilon));
  const channels = c.draft.shape(scale);
  const deviation = c.emitLike(value, channels, 'RSQRT', [
    c.emitLike(value, channels, 'ADD', [variance, epsilon], NONE_POT),
  ]);
  const a = c.emitLike(value, channels, 'MUL', [scale, deviation], NONE);
  const centred = c.emitLike(value, shape, 'SUB', [value, mean], NONE_POT);
  const scaled = c.emitLike(value, shape, 'MUL', [centred, a], NONE);
  c.define(output, c.emitLike(value, shape, 'ADD', [scaled, bias], NONE_POT), order);
}

/** (x - mean) / sqrt(variance + epsilon) over some stored axes, from reductions. */
function standardized(c: Conversion, x: TensorId, axes: readonly number[], epsilon: number): TensorId {
  const shape = c.draft.shape(x);
  if (shape.length > 4) throw new Refusal('a normalization of more than four dimensions');
  const small = shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const places = c.draft.integers(axes);
  const mean = c.emitLike(x, small, 'MEAN', [x, places], { keep_dims: true });
  const centred = c.emitLike(x, shape, 'SUB', [x, mean], NONE_POT);
  const squares = c.emitLike(x, shape, 'MUL', [centred, centred], NONE);
  const variance = c.emitLike(x, small, 'MEAN', [squares, places], { keep_dims: true });
  const shifted = c.emitLike(
    x,
    small,
    'ADD',
    [variance, c.draft.reals('epsilon', [], Float32Array.of(epsilon))],
    NONE_POT,
  );
  return c.emitLike(x, shape, 'MUL', [centred, c.emitLike(x, small, 'RSQRT', [shifted])], NONE);
}

function convertLayerNorm(c: Conversion, node: Node, op: Norm): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  if (node.outputs.slice(1).some((id) => c.readers[id]! > 0)) throw new Refusal('its mean or deviation is read');
  const rank = c.rank(x);
  const value = c.value(x);
  checkTypes(c, value, 'MEAN', ['float32']);
  const first = c.axis(op.axis, rank);
  const axes = Array.from({ length: rank - first }, (_, i) => first + i);
  const shape = c.draft.shape(value);
  const standard = standardized(c, value, axes, op.epsilon);
  const scaled = c.emitLike(value, shape, 'MUL', [standard, c.value(c.input(node, 1))], NONE);
  const bias = c.optional(node, 2);
  c.define(output, bias === null ? scaled : c.emitLike(value, shape, 'ADD', [scaled, c.value(bias)], NONE_POT));
}

function convertRmsNorm(c: Conversion, node: Node, op: Norm): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const rank = c.rank(x);
  if (rank > 4) throw new Refusal('a normalization of more than four dimensions');
  const value = c.value(x);
  checkTypes(c, value, 'MEAN', ['float32']);
  const first = c.axis(op.axis, rank);
  const shape = c.draft.shape(value);
  const small = shape.map((dim, axis) => (axis >= first ? 1 : dim));
  const axes = c.draft.integers(Array.from({ length: rank - first }, (_, i) => first + i));
  const squares = c.emitLike(value, shape, 'MUL', [value, value], NONE);
  const mean = c.emitLike(value, small, 'MEAN', [squares, axes], { keep_dims: true });
  const epsilon = c.draft.reals('epsilon', [], Float32Array.of(op.epsilon));
  const inverse = c.emitLike(value, small, 'RSQRT', [c.emitLike(value, small, 'ADD', [mean, epsilon], NONE_POT)]);
  const standard = c.emitLike(value, shape, 'MUL', [value, inverse], NONE);
  c.define(output, c.emitLike(value, shape, 'MUL', [standard, c.value(c.input(node, 1))], NONE));
}

function convertInstanceNorm(c: Conversion, node: Node, op: Norm): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const order = channelsLast(c.rank(x));
  const value = c.value(x, order);
  checkTypes(c, value, 'MEAN', ['float32']);
  const shape = c.draft.shape(value);
  const standard = standardized(
    c,
    value,
    shape.slice(2).map((_, i) => i + 1),
    op.epsilon,
  );
  const scaled = c.emitLike(value, shape, 'MUL', [standard, c.value(c.input(node, 1))], NONE);
  c.define(output, c.emitLike(value, shape, 'ADD', [scaled, c.value(c.input(node, 2))], NONE_POT), order);
}

function convertLrn(c: Conversion, node: Node): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  if (c.rank(x) !== 4) throw new Refusal('a response normalization that is not over a plane');
  const number = (name: string, otherwise: number): number => Number(node.source.attributes[name] ?? otherwise);
  const size = number('size', 1);
  if (size % 2 === 0) throw new Refusal('a response normalization over an even number of channels');
  const order = channelsLast(4);
  const value = c.value(x, order);
  checkTypes(c, value, 'LOCAL_RESPONSE_NORMALIZATION', ['float32']);
  // ONNX divides alpha by the number of channels in the window, TFLite does not.
  const attributes = {
    radius: (size - 1) / 2,
    bias: number('bias', 1),
    alpha: number('alpha', 1e-4) / size,
    beta: number('beta', 0.75),
  };
  c.define(output, c.emitLike(value, c.draft.shape(value), 'LOCAL_RESPONSE_NORMALIZATION', [value], attributes), order);
}

function convertL2(c: Conversion, node: Node, op: Norm): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const rank = c.rank(x);
  const order = lastInOrder(c.order(x), c.axis(op.axis, rank));
  const value = c.value(x, order);
  checkTypes(c, value, 'SUM', ['float32']);
  const shape = c.draft.shape(value);
  if (rank > 4) throw new Refusal('a normalization of more than four dimensions');
  const small = [...shape.slice(0, -1), 1];
  const squares = c.emitLike(value, shape, 'MUL', [value, value], NONE);
  const sum = c.emitLike(value, small, 'SUM', [squares, c.draft.integers([rank - 1])], { keep_dims: true });
  const length = c.emitLike(value, small, 'SQRT', [sum]);
  c.define(output, c.emitLike(value, shape, 'DIV', [value, length], NONE), order);
}

const NORMS: Readonly<Partial<Record<Norm['kind'], (c: Conversion, node: Node, op: Norm) => void>>> = {
  LayerNorm: convertLayerNorm,
  RmsNorm: convertRmsNorm,
  InstanceNorm: convertInstanceNorm,
  Lrn: convertLrn,
  L2Normalize: convertL2,
};

export function convertNorm(c: Conversion, node: Node, op: Norm): void {
  const convert = NORMS[op.kind];
  if (!convert) throw new Refusal(`TFLite has no ${node.source.op}`);
  convert(c, node, op);
}
