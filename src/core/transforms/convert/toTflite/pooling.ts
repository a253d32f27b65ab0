import type { Node } from '../../../ir/graph';
import type { GlobalPool, Pool } from '../../../ir/ops/pooling';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import { checkTypes } from './broadcasting';
import type { Conversion } from './conversion';
import { asPlane, fromPlane, spatialAxes } from './convolution';
import { FUSED } from './elementwise';
import { channelsLast } from './permutation';
import type { SpatialAxis } from './window';
import { endOf, nativePadding, padPlane, refuseRank } from './window';

/** Below every float32 that a window may hold. */
const LOWEST = -3.4028234663852886e38;

function refuseUnusualPool(c: Conversion, node: Node, op: Pool): void {
  if (op.mode === 'l2') throw new Refusal('an Lp pool');
  if (node.outputs.length > 1 && c.readers[node.outputs[1]!]! > 0) throw new Refusal('its indices are read');
  if (op.dilations.some((dilation) => dilation !== 1)) throw new Refusal('a dilated window');
  refuseRank(op.window.length);
}

export function convertPool(c: Conversion, node: Node, op: Pool): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  refuseUnusualPool(c, node, op);
  const [inShape, outShape] = [c.shape(x), c.shape(output)];
  const rank = op.window.length;
  const axes = spatialAxes(inShape, outShape, { ...op, kernel: op.window });
  const plane = asPlane(c, c.value(x, channelsLast(inShape.length)), rank);
  checkTypes(c, plane, node.source.op, ['float32', 'quantized']);
  const native = nativePadding(axes);
  const isMax = op.mode === 'max';
  const isNative = native === 'VALID' || (native === 'SAME' && (isMax || !op.countPadding));
  const padded = isNative ? plane : padPlane(c, plane, axes, isMax ? LOWEST : null);
  const shape = [outShape[0]!, axes[0]!.output, axes[1]!.output, outShape[1]!];
  const attributes = {
    padding: isNative ? native : 'VALID',
    stride_h: axes[0]!.stride,
    stride_w: axes[1]!.stride,
    filter_height: axes[0]!.kernel,
    filter_width: axes[1]!.kernel,
    fused_activation_function: FUSED[op.activation],
  };
  const name = isMax ? 'MAX_POOL_2D' : 'AVERAGE_POOL_2D';
  const pooled = c.emitLike(padded, shape, name, [padded], attributes);
  const made = isMax || isNative ? pooled : corrected(c, pooled, axes, op);
  c.define(output, fromPlane(c, made, rank), channelsLast(outShape.length));
}

/**
 * A window over explicit zeros was divided by all its cells; ONNX divides by those that count: all within the pads where
 * padding counts, those of the plane where it does not.
 */
function corrected(c: Conversion, pooled: TensorId, axes: readonly SpatialAxis[], op: Pool): TensorId {
  const factors = axes.map((axis, i) => {
    const { begin, input, kernel, stride } = axis;
    const explicit =
      op.padding.kind === 'explicit' ? (op.padding.end[i - axes.length + op.window.length] ?? 0) : endOf(axis);
    const [low, high] = op.countPadding ? [-begin, input + explicit] : [0, input];
    return Array.from({ length: axis.output }, (_, at) => {
      const from = at * stride - begin;
      const counted = Math.min(from + kernel, high) - Math.max(from, low);
      return kernel / Math.max(1, counted);
    });
  });
  const [rows, columns] = factors as [number[], number[]];
  if ([...rows, ...columns].every((factor) => factor === 1)) return pooled;
  if (c.integer) throw new Refusal('an integer average whose padding does not count evenly');
  const map = Float32Array.from(rows.flatMap((row) => columns.map((column) => row * column)));
  const factor = c.draft.reals('cells', [1, rows.length, columns.length, 1], map);
  const shape = c.draft.shape(pooled);
  return c.emitLike(pooled, shape, 'MUL', [pooled, factor], { fused_activation_function: 'NONE' });
}

export function convertGlobalPool(c: Conversion, node: Node, op: GlobalPool): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  if (op.mode === 'l2') throw new Refusal('a global Lp pool');
  const rank = c.rank(x);
  if (rank < 3) throw new Refusal('a pool without a plane');
  const order = channelsLast(rank);
  const value = c.value(x, order);
  checkTypes(c, value, node.source.op, ['float32', 'quantized']);
  const axes = c.draft.integers(Array.from({ length: rank - 2 }, (_, i) => i + 1));
  const facts = c.resultFacts(output, order);
  const isMax = op.mode === 'max';
  const like = c.draft.tensor(value);
  const kept = isMax ? { ...facts, dtype: like.dtype, quantization: like.quantization } : facts;
  c.define(output, c.emit(isMax ? 'REDUCE_MAX' : 'MEAN', [value, axes], kept, { keep_dims: true }), order);
}
