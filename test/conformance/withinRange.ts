import { bytesOf } from '../../src/core/ir/dtype';
import { elementReader } from '../../src/core/ir/decode';
import type { TensorValue } from '../../src/core/ports/executor';

const TOLERANCE = 1e-4;

/** Null where the bytes are not those of the shape. */
function numbersOf({ dtype, shape, data }: TensorValue): Float64Array | null {
  const count = shape.reduce((product, dim) => product * dim, 1);
  const at = elementReader(data, dtype);
  if (!at || data.byteLength < bytesOf(dtype, count)) return null;
  return Float64Array.from({ length: count }, (_, i) => at(i));
}

/** From the least to the greatest; of a tensor of one value, which has no range, its magnitude. */
function rangeOf(values: Float64Array): number {
  let [low, high, largest] = [Infinity, -Infinity, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    [low, high, largest] = [Math.min(low, value), Math.max(high, value), Math.max(largest, Math.abs(value))];
  }
  return high > low ? high - low : largest;
}

/** Largest difference of two floats over the range of what was expected; integers and NaN must be equal. */
function differenceOverRange(got: TensorValue, expected: TensorValue): number {
  // The interpreter gives no shape to what holds nothing.
  if (got.data.byteLength === 0 && expected.data.byteLength === 0) return 0;
  const [mine, theirs] = [numbersOf(got), numbersOf(expected)];
  if (!mine || mine.length !== theirs?.length) return Infinity;
  const isFloat = expected.dtype.startsWith('float');
  let worst = 0;
  for (const [i, value] of theirs.entries()) {
    if (Object.is(mine[i], value) || mine[i] === value) continue;
    const difference = Math.abs(mine[i]! - value);
    if (!isFloat || !Number.isFinite(difference)) return Infinity;
    worst = Math.max(worst, difference);
  }
  return worst === 0 ? 0 : worst / rangeOf(theirs);
}

/** What differs beyond 1e-4 of the range, as a sentence; empty when nothing does. */
export function beyondRange(got: readonly TensorValue[], expected: readonly TensorValue[]): string {
  const differences = expected.map((value, i) => (got[i] ? differenceOverRange(got[i], value) : Infinity));
  const worst = Math.max(0, ...differences);
  return worst <= TOLERANCE ? '' : `differs by ${worst.toPrecision(3)} of the range`;
}
