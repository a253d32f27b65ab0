import type { ActivationHistogram } from './activationHistogram';
import type { Range } from './affine';

/** How the real range of an activation is chosen from what was seen of it. */
export type RangeMethod = 'minmax' | 'mse' | 'percentile';

export const RANGE_METHODS: readonly RangeMethod[] = ['mse', 'percentile', 'minmax'];

/** In words, for reports. */
export const RANGE_METHOD_NAMES: Readonly<Record<RangeMethod, string>> = {
  mse: 'least squared error',
  percentile: '99.99th percentile',
  minmax: 'smallest to largest value',
};

const PERCENTILE = 0.9999;
const MSE_STEPS = 128;
const LEVELS = 255;

/** The range to cover, always holding 0. */
export function chooseRange(histogram: ActivationHistogram, method: RangeMethod): Range {
  const seen = { low: Math.min(0, histogram.min), high: Math.max(0, histogram.max) };
  if (histogram.reach === 0 || method === 'minmax') return seen;
  return method === 'percentile' ? percentileRange(histogram, seen) : leastSquaresRange(histogram, seen);
}

/** Cuts off 0.01 % of all values (zeros counted) on either side. */
function percentileRange(histogram: ActivationHistogram, seen: Range): Range {
  const total = histogram.count - histogram.notFinite;
  const allowed = total * (1 - PERCENTILE);
  let high = histogram.counts.length;
  for (let above = 0; high > 0; high--) {
    above += histogram.counts[high - 1]!;
    if (above > allowed) break;
  }
  let low = 0;
  for (let below = 0; low < histogram.counts.length; low++) {
    below += histogram.counts[low]!;
    if (below > allowed) break;
  }
  return {
    low: Math.max(seen.low, Math.min(0, histogram.edge(low))),
    high: Math.min(seen.high, Math.max(0, histogram.edge(high))),
  };
}

/**
 * The range of least expected squared error: step² / 12 for each value inside (uniform rounding noise, step =
 * (high − low) / 255), the squared distance to the nearer end for each value outside. Sums over bins are looked up in
 * prefix sums, so that every pair of ends costs the same.
 */
function leastSquaresRange(histogram: ActivationHistogram, seen: Range): Range {
  const sums = new PrefixSums(histogram);
  let best = seen;
  let bestError = Infinity;
  for (let i = MSE_STEPS; i > 0; i--) {
    const high = (seen.high * i) / MSE_STEPS;
    for (let j = MSE_STEPS; j > 0; j--) {
      const low = (seen.low * j) / MSE_STEPS;
      const step = (high - low) / LEVELS;
      const error = sums.clippedAbove(high) + sums.clippedBelow(low) + (sums.inside(low, high) * step * step) / 12;
      if (error < bestError) [best, bestError] = [{ low, high }, error];
      if (seen.low === 0) break;
    }
    if (seen.high === 0) break;
  }
  return best;
}

class PrefixSums {
  readonly #histogram: ActivationHistogram;
  /** Sums over all bins before each: of counts, of count · centre, of count · centre². */
  readonly #counts: Float64Array;
  readonly #firsts: Float64Array;
  readonly #seconds: Float64Array;

  constructor(histogram: ActivationHistogram) {
    const { counts, binWidth } = histogram;
    this.#histogram = histogram;
    this.#counts = new Float64Array(counts.length + 1);
    this.#firsts = new Float64Array(counts.length + 1);
    this.#seconds = new Float64Array(counts.length + 1);
    for (let bin = 0; bin < counts.length; bin++) {
      const centre = histogram.edge(bin) + binWidth / 2;
      this.#counts[bin + 1] = this.#counts[bin]! + counts[bin]!;
      this.#firsts[bin + 1] = this.#firsts[bin]! + counts[bin]! * centre;
      this.#seconds[bin + 1] = this.#seconds[bin]! + counts[bin]! * centre * centre;
    }
  }

  /** Squared distances of the values above `high` to it, summed. */
  clippedAbove(high: number): number {
    const last = this.#counts.length - 1;
    return this.#distances(this.#binAt(high), last, high);
  }

  clippedBelow(low: number): number {
    return this.#distances(0, this.#binAt(low), low);
  }

  /** Values between the two ends, exact zeros left out. */
  inside(low: number, high: number): number {
    return this.#counts[this.#binAt(high)]! - this.#counts[this.#binAt(low)]!;
  }

  #distances(from: number, to: number, end: number): number {
    const count = this.#counts[to]! - this.#counts[from]!;
    const first = this.#firsts[to]! - this.#firsts[from]!;
    const second = this.#seconds[to]! - this.#seconds[from]!;
    // Differences of large sums may dip below zero by rounding.
    return Math.max(0, second - 2 * end * first + end * end * count);
  }

  #binAt(value: number): number {
    const { binWidth, counts } = this.#histogram;
    return Math.min(counts.length, Math.max(0, Math.round(value / binWidth) + counts.length / 2));
  }
}
