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

interface Standard {
  readonly value: TensorId;
  readonly mean: TensorId;
  /** One over the deviation. */
  readonly inverse: TensorId;
}

/** (x - mean) / sqrt(variance + epsilon) over some stored axes, from reductions. */
function standardized(c: Conversion, x: TensorId, axes: readonly number[], epsilon: number): Standard {
  const shape = c.draft.shape(x);
  if (shape.length > 4) throw new Refusal('a normalization of more than four dimensions');
  const small = shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const places = c.draft.integers(axes);
  const mean = c.emitLike(x, small, 'MEAN', [x, places], { keep_dims: true });
  const centred = c.emitLike(x, shape, 'SUB', [x, mean], NONE_POT);
  const squares = c.emitLike(x, shape, 'MUL', [centred, centred], NONE);
  const variance = c.emitLike(x, small, 'MEAN', [squares, places], { keep_dims: true });
  const inverse = c.emitLike(x, small, 'RSQRT', [shifted(c, variance, epsilon)]);
  return { value: c.emitLike(x, shape, 'MUL', [centred, inverse], NONE), mean, inverse };
}

function shifted(c: Conversion, x: TensorId, by: number): TensorId {
  return c.emitLike(x, c.draft.shape(x), 'ADD', [x, c.draft.reals('epsilon', [], Float32Array.of(by))], NONE_POT);
}

/** What is normalized together as the last axis of a matrix, where there are more dimensions than kernels take. */
function rowsOf(
  c: Conversion,
  value: TensorId,
  first: number,
): { readonly rows: TensorId; readonly axes: readonly number[] } {
  const shape = c.draft.shape(value);
  if (shape.length <= 4) return { rows: value, axes: shape.slice(first).map((_, i) => first + i) };
  const product = (dims: readonly number[]): number => dims.reduce((all, dim) => all * dim, 1);
  return { rows: c.reshape(value, [product(shape.slice(0, first)), product(shape.slice(first))]), axes: [1] };
}

/** A parameter of the normalized dimensions, beside rows of any form. */
function parameter(c: Conversion, id: TensorId, rows: TensorId, value: TensorId): TensorId {
  const made = c.value(id);
  if (rows === value) return made;
  const count = c.draft.shape(made).reduce((all, dim) => all * dim, 1);
  if (count !== 1 && count !== c.draft.shape(rows)[1])
    throw new Refusal('a normalization whose scale is broadcast over more than four dimensions');
  return c.reshape(made, [count]);
}

function convertLayerNorm(c: Conversion, node: Node, op: Norm): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const value = c.value(x);
  checkTypes(c, value, 'MEAN', ['float32']);
  const { rows, axes } = rowsOf(c, value, c.axis(op.axis, c.rank(x)));
  const shape = c.draft.shape(rows);
  const standard = standardized(c, rows, axes, op.epsilon);
  const scaled = c.emitLike(rows, shape, 'MUL', [standard.value, parameter(c, c.input(node, 1), rows, value)], NONE);
  const bias = c.optional(node, 2);
  const made =
    bias === null ? scaled : c.emitLike(rows, shape, 'ADD', [scaled, parameter(c, bias, rows, value)], NONE_POT);
  c.define(output, c.reshape(made, c.shape(output)));
  // What nobody reads leaves no operator behind.
  [standard.mean, standard.inverse].forEach((statistic, i) => {
    const id = node.outputs[i + 1];
    if (id !== undefined && c.readers[id]! > 0) c.define(id, c.reshape(statistic, c.shape(id)));
  });
}

function convertRmsNorm(c: Conversion, node: Node, op: Norm): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const value = c.value(x);
  checkTypes(c, value, 'MEAN', ['float32']);
  const { rows, axes } = rowsOf(c, value, c.axis(op.axis, c.rank(x)));
  const shape = c.draft.shape(rows);
  const small = shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const squares = c.emitLike(rows, shape, 'MUL', [rows, rows], NONE);
  const mean = c.emitLike(rows, small, 'MEAN', [squares, c.draft.integers(axes)], { keep_dims: true });
  const inverse = c.emitLike(rows, small, 'RSQRT', [shifted(c, mean, op.epsilon)]);
  const standard = c.emitLike(rows, shape, 'MUL', [rows, inverse], NONE);
  const made = c.emitLike(rows, shape, 'MUL', [standard, parameter(c, c.input(node, 1), rows, value)], NONE);
  c.define(output, c.reshape(made, c.shape(output)));
}

/** Groups of channels normalized together: each is a row. Scale and bias are a channel's, before opset 21 a group's. */
function convertGroupNorm(c: Conversion, node: Node, op: Norm): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const value = c.value(x);
  checkTypes(c, value, 'MEAN', ['float32']);
  const [batch, channels, ...plane] = c.shape(x) as [number, number, ...number[]];
  const groups = Number(node.source.attributes.num_groups);
  const cells = plane.reduce((product, dim) => product * dim, 1);
  const rows = c.reshape(value, [batch, groups, (channels / groups) * cells]);
  const standard = standardized(c, rows, [2], op.epsilon);
  const [scale, bias] = [c.value(c.input(node, 1)), c.value(c.input(node, 2))];
  const isOfGroups = c.draft.shape(scale)[0] === groups && groups !== channels;
  const wide = isOfGroups ? [batch, groups, (channels / groups) * cells] : [batch, channels, cells];
  const each = (id: TensorId): TensorId => c.reshape(id, [isOfGroups ? groups : channels, 1]);
  const spread = c.reshape(standard.value, wide);
  const scaled = c.emitLike(spread, wide, 'MUL', [spread, each(scale)], NONE);
  const made = c.emitLike(spread, wide, 'ADD', [scaled, each(bias)], NONE_POT);
  c.define(output, c.reshape(made, c.shape(output)));
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
  const scaled = c.emitLike(value, shape, 'MUL', [standard.value, c.value(c.input(node, 1))], NONE);
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
  GroupNorm: convertGroupNorm,
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
