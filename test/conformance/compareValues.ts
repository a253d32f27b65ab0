import { elementReader } from '../../src/core/ir/decode';
import type { TensorValue } from '../../src/core/ports/executor';

export interface Comparison {
  /** Largest difference as a share of the largest value expected (for integers: in steps). */
  readonly worst: number;
  readonly isEqual: boolean;
}

function numbersOf({ dtype, shape, data }: TensorValue): readonly number[] {
  const at = elementReader(data, dtype);
  if (!at) throw new Error(`values of type ${dtype}`);
  return Array.from({ length: shape.reduce((product, dim) => product * dim, 1) }, (_, i) => at(i));
}

/** Floats by the range of what was expected, integers step by step (`steps` may be off). NaN and infinities must agree. */
export function compareValues(got: TensorValue, expected: TensorValue, tolerance: number, steps = 0): Comparison {
  if (got.shape.join() !== expected.shape.join()) return { worst: Infinity, isEqual: false };
  const [mine, theirs] = [numbersOf(got), numbersOf(expected)];
  const isFloat = expected.dtype.startsWith('float');
  // A port that was uint8 is int8 now: the same reals, less 128.
  const shift = got.dtype === 'int8' && expected.dtype === 'uint8' ? 128 : 0;
  const finite = theirs.filter(Number.isFinite).map(Math.abs);
  const range = isFloat ? Math.max(1e-6, ...chunksMax(finite)) : 1;
  // Some stored outputs are written with four decimals.
  const rounding =
    isFloat && finite.every((value) => Math.abs(value * 1e4 - Math.round(value * 1e4)) < 1e-3) ? 6e-5 : 0;
  let worst = 0;
  mine.forEach((value, i) => {
    const [a, b] = [value + shift, theirs[i]!];
    if (Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b)) || a === b) return;
    const difference = Math.max(0, Math.abs(a - b) - rounding) / range;
    worst = Math.max(worst, Number.isNaN(difference) ? Infinity : difference);
  });
  return { worst, isEqual: worst <= (isFloat ? tolerance : steps) };
}

/** Maxima of slices, since a call takes only so many arguments. */
function chunksMax(values: readonly number[]): number[] {
  const maxima: number[] = [];
  for (let i = 0; i < values.length; i += 10_000) maxima.push(Math.max(...values.slice(i, i + 10_000)));
  return maxima;
}
