import type { Node } from '../../../ir/graph';
import type { GlobalPool, Pool } from '../../../ir/ops/pooling';
import type { TensorId } from '../../../ir/tensor';
import { windowOf } from '../../../formats/onnx/ops/window';
import { Refusal } from '../refusal';
import { checkTypes } from './broadcasting';
import type { Conversion } from './conversion';
import { asPlane, fromPlane, spatialAxes } from './convolution';
import { FUSED } from './elementwise';
import { viewOf } from './nodeViews';
import { channelsLast } from './permutation';
import type { SpatialAxis } from './window';
import { endOf, nativePadding, padPlane } from './window';

/** Below every float32 that a window may hold. */
const LOWEST = -3.4028234663852886e38;

/** An axis of a pool, and where counting ends. */
interface PoolAxis extends SpatialAxis {
  /** Cells that the ONNX operator puts behind. */
  readonly end: number;
}

interface PoolUse {
  /** `sum` has no division at all. */
  readonly mode: 'average' | 'max' | 'sum';
  readonly countPadding: boolean;
  readonly activation: Pool['activation'];
}

function poolAxes(
  c: Conversion,
  node: Node,
  window: Pick<Pool, 'window' | 'strides' | 'dilations' | 'padding'>,
): readonly PoolAxis[] {
  const axes = spatialAxes(c.shape(c.input(node, 0)), c.shape(node.outputs[0]!), { ...window, kernel: window.window });
  const missing = axes.length - window.window.length;
  const { padding } = window;
  const endAt = (axis: SpatialAxis, i: number): number => {
    if (padding.kind === 'explicit') return padding.end[i - missing] ?? 0;
    return padding.kind === 'same' ? endOf(axis) : 0;
  };
  return axes.map((axis, i) => ({ ...axis, end: endAt(axis, i) }));
}

export function convertPool(c: Conversion, node: Node, op: Pool): void {
  if (op.mode === 'l2') {
    convertLpPool(c, node);
    return;
  }
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  if (node.outputs.length > 1 && c.readers[node.outputs[1]!]! > 0)
    throw new Refusal('its indices are read, and the kernel gives none', 'leave the second output unread');
  const value = c.value(x, channelsLast(c.rank(x)));
  checkTypes(c, value, node.source.op, ['float32', 'quantized']);
  const use = { mode: op.mode, countPadding: op.countPadding, activation: op.activation };
  c.define(output, pooled(c, value, poolAxes(c, node, op), use), channelsLast(c.rank(x)));
}

/** A pool over one, two or three dimensions; what is pooled over the depth is then pooled over each plane. */
function pooled(c: Conversion, value: TensorId, axes: readonly PoolAxis[], use: PoolUse): TensorId {
  const shape = c.draft.shape(value);
  if (shape.length < 5)
    return fromPlane(c, poolPlane(c, asPlane(c, value, shape.length - 2), axes, use), shape.length - 2);
  if (shape.length > 5) throw new Refusal('a window over more than three dimensions');
  const [batch, depth, height, width, channels] = shape as [number, number, number, number, number];
  const still = { input: height * width, output: height * width, kernel: 1, stride: 1, dilation: 1, begin: 0, end: 0 };
  const [deep, ...plane] = axes as [PoolAxis, ...PoolAxis[]];
  const columns = c.reshape(value, [batch, depth, height * width, channels]);
  const first = poolPlane(c, columns, [deep, still], { ...use, activation: 'none' });
  const planes = c.reshape(first, [batch * deep.output, height, width, channels]);
  const made = poolPlane(c, planes, plane, use);
  return c.reshape(made, [batch, ...axes.map((axis) => axis.output), channels]);
}

function poolPlane(c: Conversion, plane: TensorId, given: readonly PoolAxis[], use: PoolUse): TensorId {
  const isMax = use.mode === 'max';
  const native = given.some(({ dilation }) => dilation !== 1) ? null : nativePadding(given);
  const isNative =
    native === 'VALID' || (native === 'SAME' && (isMax || (use.mode === 'average' && !use.countPadding)));
  const padded = isNative ? plane : paddedPlane(c, plane, given, isMax);
  const { value, axes } = withoutHoles(c, padded, given);
  const shape = [c.draft.shape(plane)[0]!, axes[0]!.output, axes[1]!.output, c.draft.shape(plane)[3]!];
  const attributes = {
    padding: isNative ? native : 'VALID',
    stride_h: axes[0]!.stride,
    stride_w: axes[1]!.stride,
    filter_height: axes[0]!.kernel,
    filter_width: axes[1]!.kernel,
    fused_activation_function: FUSED[use.activation],
  };
  const made = c.emitLike(value, shape, isMax ? 'MAX_POOL_2D' : 'AVERAGE_POOL_2D', [value], attributes);
  return use.mode === 'average' && !isNative ? corrected(c, made, given, use.countPadding) : made;
}

function paddedPlane(c: Conversion, plane: TensorId, axes: readonly PoolAxis[], isMax: boolean): TensorId {
  if (axes.every((axis) => axis.begin === 0 && endOf(axis) === 0)) return plane;
  return padPlane(c, plane, axes, isMax ? LOWEST : null);
}

/** A window with holes slides over cells that are picked so that it has none: each window's own, one after the other. */
function withoutHoles(
  c: Conversion,
  plane: TensorId,
  axes: readonly PoolAxis[],
): { readonly value: TensorId; readonly axes: readonly PoolAxis[] } {
  let value = plane;
  const whole = axes.map((axis, i) => {
    const { kernel, stride, dilation, output } = axis;
    if (dilation === 1 || kernel === 1) return axis;
    const picked = Array.from(
      { length: output * kernel },
      (_, at) => Math.floor(at / kernel) * stride + (at % kernel) * dilation,
    );
    const shape = c.draft.shape(value).map((dim, place) => (place === i + 1 ? picked.length : dim));
    value = c.emitLike(value, shape, 'GATHER', [value, c.draft.integers(picked)], { axis: i + 1, batch_dims: 0 });
    return { ...axis, input: picked.length, stride: kernel, dilation: 1, begin: 0, end: 0 };
  });
  return { value, axes: whole };
}

/**
 * A window over explicit zeros was divided by all its cells; ONNX divides by those that count: all within the pads where
 * padding counts, those of the plane where it does not.
 */
function corrected(c: Conversion, made: TensorId, axes: readonly PoolAxis[], countPadding: boolean): TensorId {
  const factors = axes.map(({ begin, end, input, kernel, stride, dilation, output }) => {
    const [low, high] = countPadding ? [-begin, input + end] : [0, input];
    return Array.from({ length: output }, (_, at) => {
      const cells = Array.from({ length: kernel }, (_, i) => at * stride - begin + i * dilation);
      const counted = cells.filter((cell) => cell >= low && cell < high).length;
      return kernel / Math.max(1, counted);
    });
  });
  const [rows, columns] = factors as [number[], number[]];
  if ([...rows, ...columns].every((factor) => factor === 1)) return made;
  if (c.integer) throw new Refusal('an integer average whose padding does not count evenly', 'convert the float model');
  const map = Float32Array.from(rows.flatMap((row) => columns.map((column) => row * column)));
  const factor = c.draft.reals('cells', [1, rows.length, columns.length, 1], map);
  return c.emitLike(made, c.draft.shape(made), 'MUL', [made, factor], { fused_activation_function: 'NONE' });
}

/** The p-th root of the sum of |x|^p: the average of a window times its cells. */
export function convertLpPool(c: Conversion, node: Node): void {
  const view = viewOf(c, node);
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const window = view.numbers('kernel_shape');
  const slide = window && windowOf(view, window.length);
  if (!window || !slide) throw new Refusal('its window is not stated');
  const value = c.value(x, channelsLast(c.rank(x)));
  checkTypes(c, value, node.source.op, ['float32']);
  const p = view.number('p', 2);
  const use = { mode: 'sum', countPadding: true, activation: 'none' } as const;
  const average = pooled(
    c,
    flatly(c, value, (flat) => raised(c, flat, p)),
    poolAxes(c, node, { window, ...slide }),
    use,
  );
  const cells = window.reduce((product, size) => product * size, 1);
  const made = flatly(c, average, (flat) => rooted(c, scaled(c, flat, cells), p));
  c.define(output, made, channelsLast(c.rank(x)));
}

/** Elementwise work on tensors of more dimensions than kernels broadcast over. */
function flatly(c: Conversion, id: TensorId, work: (flat: TensorId) => TensorId): TensorId {
  const shape = c.draft.shape(id);
  if (shape.length <= 4) return work(id);
  return c.reshape(work(c.reshape(id, [shape.reduce((product, dim) => product * dim, 1)])), shape);
}

function raised(c: Conversion, x: TensorId, p: number): TensorId {
  const shape = c.draft.shape(x);
  if (p === 2) return c.emitLike(x, shape, 'SQUARE', [x]);
  const size = c.emitLike(x, shape, 'ABS', [x]);
  return p === 1 ? size : c.emitLike(x, shape, 'POW', [size, c.draft.reals(`${p}`, [], Float32Array.of(p))]);
}

function scaled(c: Conversion, x: TensorId, factor: number): TensorId {
  const constant = c.draft.reals(`${factor}`, [], Float32Array.of(factor));
  return c.emitLike(x, c.draft.shape(x), 'MUL', [x, constant], { fused_activation_function: 'NONE' });
}

function rooted(c: Conversion, x: TensorId, p: number): TensorId {
  const shape = c.draft.shape(x);
  if (p === 1) return x;
  if (p === 2) return c.emitLike(x, shape, 'SQRT', [x]);
  return c.emitLike(x, shape, 'POW', [x, c.draft.reals(`1/${p}`, [], Float32Array.of(1 / p))]);
}

export function convertGlobalPool(c: Conversion, node: Node, op: GlobalPool): void {
  if (op.mode === 'l2') {
    convertGlobalLpPool(c, node);
    return;
  }
  const { value, axes, order } = planeOf(c, node, ['float32', 'quantized']);
  const output = node.outputs[0]!;
  const facts = c.resultFacts(output, order);
  const isMax = op.mode === 'max';
  const like = c.draft.tensor(value);
  const kept = isMax ? { ...facts, dtype: like.dtype, quantization: like.quantization } : facts;
  c.define(output, c.emit(isMax ? 'REDUCE_MAX' : 'MEAN', [value, axes], kept, { keep_dims: true }), order);
}

export function convertGlobalLpPool(c: Conversion, node: Node): void {
  const { value, axes, order } = planeOf(c, node, ['float32']);
  const p = viewOf(c, node).number('p', 2);
  const shape = c.draft.shape(value).map((dim, axis) => (axis > 0 && axis < order.length - 1 ? 1 : dim));
  const sum = c.emitLike(value, shape, 'SUM', [raised(c, value, p), axes], { keep_dims: true });
  c.define(node.outputs[0]!, rooted(c, sum, p), order);
}

function planeOf(c: Conversion, node: Node, types: readonly string[]) {
  const x = c.input(node, 0);
  const rank = c.rank(x);
  if (rank < 3) throw new Refusal('a pool without a plane');
  const order = channelsLast(rank);
  const value = c.value(x, order);
  checkTypes(c, value, node.source.op, types);
  return { value, order, axes: c.draft.integers(Array.from({ length: rank - 2 }, (_, i) => i + 1)) };
}
