import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import type { Conversion } from './conversion';
import { isQuantized } from './draft';
import { channelsLast, identity, isIdentity, samePermutation, type Permutation } from './permutation';

/** Ranks that TFLite's broadcasting kernels take. */
const MAX_BROADCAST_RANK = 4;

/**
 * The order in which operands that meet element by element need the fewest transpositions; at a tie channels last, where
 * the convolutions around are.
 */
export function commonOrder(c: Conversion, ids: readonly TensorId[], rank: number): Permutation {
  const full = ids.filter((id) => !c.constant(id) && c.rank(id) === rank);
  const candidates = full.flatMap((id) => c.values.stored(id).map((each) => each.order));
  const last = channelsLast(rank);
  let best: Permutation = identity(rank);
  let fewest = Infinity;
  for (const order of candidates) {
    const missing = full.filter((id) => c.values.find(id, order) === null).length;
    const cost = 2 * missing - (samePermutation(order, last) ? 1 : 0);
    if (cost < fewest) [best, fewest] = [order, cost];
  }
  return best;
}

/** An operand of a broadcasting operator whose result has `order`, ones put where the order tears its axes apart. */
export function broadcastOperand(c: Conversion, id: TensorId, order: Permutation): TensorId {
  const shape = c.shape(id);
  const missing = order.length - shape.length;
  const own = order.filter((axis) => axis >= missing).map((axis) => axis - missing);
  const value = c.value(id, own);
  if (shape.length === 0 || isIdentity(order) || (missing === 0 && !c.constant(id))) return value;
  const stored = order.map((axis) => (axis < missing ? 1 : shape[axis - missing]!));
  const first = stored.findIndex((dim) => dim !== 1);
  const trimmed = first < 0 ? [] : stored.slice(first);
  if (!c.constant(id)) return c.reshape(value, stored);
  const { name, dtype, constant, quantization } = c.draft.tensor(value);
  // Quantized kernels of old runtimes want operands of one rank or of none.
  return c.draft.constant(name, dtype, trimmed, constant!.read(), quantization);
}

/** Refuses what kernels cannot broadcast, by the shapes of the draft's operands. */
export function checkBroadcast(c: Conversion, operands: readonly TensorId[]): void {
  const shapes = operands.map((id) => c.draft.shape(id));
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const differ = new Set(shapes.map((shape) => shape.join())).size > 1;
  if (differ && rank > MAX_BROADCAST_RANK) {
    throw new Refusal(`it broadcasts over ${rank} dimensions, and kernels take ${MAX_BROADCAST_RANK}`);
  }
}

/** Refuses element types that the TFLite kernel of an operator has not. */
export function checkTypes(c: Conversion, operand: TensorId, op: string, types: readonly string[]): void {
  const tensor = c.draft.tensor(operand);
  if (isQuantized(tensor) ? types.includes('quantized') : types.includes(tensor.dtype)) return;
  throw new Refusal(`TFLite's ${op} does not take ${tensor.dtype}`);
}
