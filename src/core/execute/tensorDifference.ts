/** How two tensors of the same number of values differ. */
export interface TensorDifference {
  readonly count: number;
  /** Values further apart than the tolerance, or of which one alone is not a number. */
  readonly different: number;
  /** Largest distance of two values, in the values' own unit; infinite where one is not finite and the other is not it. */
  readonly maxDifference: number;
  /** Index of the first value that differs; null when none does. */
  readonly firstIndex: number | null;
  /** Largest minus smallest finite value of the reference. */
  readonly range: number;
}

type Values = ArrayLike<number> & Iterable<number>;

/**
 * Compares values with those of a reference. `tolerance` is a share of the reference's range; 0 asks for equal values.
 * Both of the same length. Throws RangeError when they are not.
 */
export function tensorDifference(actual: Values, reference: Values, tolerance: number): TensorDifference {
  if (actual.length !== reference.length) {
    throw new RangeError(`tensors of ${actual.length} and ${reference.length} values cannot be compared`);
  }
  const range = rangeOf(reference);
  // A constant tensor has no range: its size stands for it.
  const unit = range > 0 ? range : Math.abs(finite(reference[0] ?? 0));
  // A range can be infinite; nothing of it is nothing.
  const allowed = tolerance === 0 ? 0 : tolerance * unit;
  let different = 0;
  let maxDifference = 0;
  let firstIndex: number | null = null;
  for (let i = 0; i < actual.length; i += 1) {
    const distance = distanceOf(actual[i]!, reference[i]!);
    if (distance > maxDifference) maxDifference = distance;
    if (distance <= allowed) continue;
    different += 1;
    firstIndex ??= i;
  }
  return { count: actual.length, different, maxDifference, firstIndex, range };
}

function distanceOf(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const distance = Math.abs(a - b);
  return Number.isNaN(distance) ? Infinity : distance;
}

function rangeOf(values: Values): number {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high >= low ? high - low : 0;
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
