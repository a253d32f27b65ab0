import type { Node } from '../../../ir/graph';
import type { ArgReduce, CumSum, Reduce } from '../../../ir/ops/reduction';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import { checkTypes } from './broadcasting';
import type { Conversion } from './conversion';
import { permuted, withoutAxes } from './permutation';

interface Kernel {
  readonly op: string;
  readonly types: readonly string[];
  readonly before?: string;
  readonly after?: string;
}

const KERNELS: Readonly<Partial<Record<Reduce['fn'], Kernel>>> = {
  sum: { op: 'SUM', types: ['float32', 'int32', 'int64', 'quantized'] },
  mean: { op: 'MEAN', types: ['float32', 'quantized'] },
  max: { op: 'REDUCE_MAX', types: ['float32', 'int32', 'int64', 'uint8', 'int8', 'quantized'] },
  min: { op: 'REDUCE_MIN', types: ['float32', 'int32', 'int64', 'uint8', 'int8', 'quantized'] },
  prod: { op: 'REDUCE_PROD', types: ['float32', 'int32', 'int64'] },
  l1: { op: 'SUM', types: ['float32'], before: 'ABS' },
  l2: { op: 'SUM', types: ['float32'], before: 'SQUARE', after: 'SQRT' },
  sumSquare: { op: 'SUM', types: ['float32'], before: 'SQUARE' },
  logSum: { op: 'SUM', types: ['float32'], after: 'LOG' },
};

/** Axes of the file that are reduced away; all of them when none are named. */
function reducedAxes(c: Conversion, node: Node, op: Reduce, rank: number): readonly number[] {
  const id = c.optional(node, 1);
  const given = op.axes ?? c.known(id);
  if (!given && id !== null) throw new Refusal('its axes are known only at run time', 'make the axes a constant');
  if (given && given.length > 0) return given.map((axis) => c.axis(axis, rank));
  if (given && Number(node.source.attributes.noop_with_empty_axes ?? 0) !== 0) throw new Refusal('it reduces nothing');
  return Array.from({ length: rank }, (_, i) => i);
}

export function convertReduce(c: Conversion, node: Node, op: Reduce): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const axes = reducedAxes(c, node, op, c.rank(x));
  const order = c.order(x);
  const value = c.value(x, order);
  const kept = op.keepDims ? order : withoutAxes(order, new Set(axes));
  if (c.draft.shape(value).includes(0)) throw new Refusal('it reduces an empty tensor');
  const places = axes.map((axis) => order.indexOf(axis));
  if (op.fn === 'logSumExp') c.define(output, logSumExp(c, value, { axes: places, keepDims: op.keepDims }), kept);
  else c.define(output, reduced(c, { value, output, kept, places }, op), kept);
}

interface ReduceUse {
  readonly value: TensorId;
  readonly output: TensorId;
  readonly kept: readonly number[];
  readonly places: readonly number[];
}

function reduced(c: Conversion, { value, output, kept, places }: ReduceUse, op: Reduce): TensorId {
  const kernel = KERNELS[op.fn];
  if (!kernel) throw new Refusal(`TFLite has no reduction ${op.fn}`);
  checkTypes(c, value, kernel.op, kernel.types);
  const prepared = kernel.before ? c.emitLike(value, c.draft.shape(value), kernel.before, [value]) : value;
  const facts = { ...c.resultFacts(output, kept), shape: permuted(c.shape(output), kept) };
  // The largest and the smallest are values of the input, on its scale.
  const keepsScale = c.integer && (op.fn === 'max' || op.fn === 'min');
  const own = keepsScale ? { ...facts, quantization: c.draft.tensor(value).quantization } : facts;
  const made = c.emit(kernel.op, [prepared, c.draft.integers(places)], own, { keep_dims: op.keepDims });
  return kernel.after ? c.emit(kernel.after, [made], own) : made;
}

/** log Σ exp(x) as m + log Σ exp(x - m), m the largest: no overflow where ONNX has none. */
function logSumExp(c: Conversion, x: TensorId, use: { axes: readonly number[]; keepDims: boolean }): TensorId {
  checkTypes(c, x, 'SUM', ['float32']);
  const shape = c.draft.shape(x);
  const small = shape.map((dim, axis) => (use.axes.includes(axis) ? 1 : dim));
  if (shape.length > 4) throw new Refusal('a log-sum-exp of more than four dimensions');
  const axes = c.draft.integers(use.axes);
  const none = { fused_activation_function: 'NONE', pot_scale_int16: false };
  const largest = c.emitLike(x, small, 'REDUCE_MAX', [x, axes], { keep_dims: true });
  const exp = c.emitLike(x, shape, 'EXP', [c.emitLike(x, shape, 'SUB', [x, largest], none)]);
  const log = c.emitLike(x, small, 'LOG', [c.emitLike(x, small, 'SUM', [exp, axes], { keep_dims: true })]);
  const sum = c.emitLike(x, small, 'ADD', [log, largest], none);
  return use.keepDims
    ? sum
    : c.reshape(
        sum,
        shape.filter((_, axis) => !use.axes.includes(axis)),
      );
}

export function convertArgReduce(c: Conversion, node: Node, op: ArgReduce): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  if (op.axis === null) throw new Refusal('its axis is known only at run time');
  const rank = c.rank(x);
  const axis = c.axis(op.axis, rank);
  const order = c.order(x);
  const value = c.value(x, order);
  const name = op.kind === 'ArgMax' ? 'ARG_MAX' : 'ARG_MIN';
  checkTypes(c, value, name, ['float32', 'uint8', 'int8', 'int32', 'quantized']);
  const left = withoutAxes(order, new Set([axis]));
  const smallShape = c.shape(x).filter((_, i) => i !== axis);
  const facts = { dtype: 'int64', shape: permuted(smallShape, left) } as const;
  const place = c.draft.integers([order.indexOf(axis)], []);
  const made = c.emit(name, [value, place], facts, { output_type: 'INT64' });
  if (op.keepDims) c.define(output, c.reshape(made, permuted(c.shape(output), order)), order);
  else c.define(output, made, left);
}

export function convertCumSum(c: Conversion, node: Node, op: CumSum): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const axis = c.known(c.optional(node, 1))?.[0];
  if (axis === undefined) throw new Refusal('its axis is known only at run time', 'make the axis a constant');
  const order = c.order(x);
  const value = c.value(x, order);
  checkTypes(c, value, 'CUMSUM', ['float32', 'int32', 'int64']);
  const place = c.draft.integers([order.indexOf(c.axis(axis, order.length))], []);
  const attributes = { exclusive: op.exclusive, reverse: op.reverse };
  c.define(output, c.emitLike(value, c.draft.shape(value), 'CUMSUM', [value, place], attributes), order);
}
