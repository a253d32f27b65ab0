/**
 * How far a changed model's outputs are from the original's, over a whole set of samples. Sums are kept, not values, so
 * that memory does not grow with the samples.
 *
 * - Signal to quantization noise ratio: `10 · log10(Σ r² / Σ (r − x)²)` decibels, r the reference and x the changed
 *   value, summed over every element of every sample added.
 * - Cosine similarity: `Σ r·x / sqrt(Σ r² · Σ x²)` over the same elements.
 */
export class OutputError {
  #signal = 0;
  #noise = 0;
  #product = 0;
  #actual = 0;
  #count = 0;

  /** Both of the same length. Throws RangeError when they are not. */
  add(reference: ArrayLike<number>, actual: ArrayLike<number>): void {
    if (reference.length !== actual.length) {
      throw new RangeError(`outputs of ${reference.length} and ${actual.length} values cannot be compared`);
    }
    for (let i = 0; i < reference.length; i++) {
      const r = reference[i]!;
      const x = actual[i]!;
      this.#signal += r * r;
      this.#actual += x * x;
      this.#noise += (r - x) * (r - x);
      this.#product += r * x;
    }
    this.#count += reference.length;
  }

  /** Values compared so far. */
  get count(): number {
    return this.#count;
  }

  /** True when every value was equal: the ratio is infinite and `sqnrDb` null. */
  get isExact(): boolean {
    return this.#count > 0 && this.#noise === 0;
  }

  /** Decibels; null when nothing was added, when the noise is zero (infinite) or when the reference is all zero. */
  get sqnrDb(): number | null {
    if (!(this.#noise > 0) || !(this.#signal > 0)) return null;
    return 10 * Math.log10(this.#signal / this.#noise);
  }

  /** −1 to 1; null when either side is all zero. */
  get cosine(): number | null {
    const norm = Math.sqrt(this.#signal) * Math.sqrt(this.#actual);
    return norm > 0 ? Math.min(1, Math.max(-1, this.#product / norm)) : null;
  }
}

/** Share of rows whose largest value stands at the same place. A row is one vector of class scores. */
export class TopOneAgreement {
  #same = 0;
  #rows = 0;

  add(reference: ArrayLike<number>, actual: ArrayLike<number>): void {
    this.#rows += 1;
    if (indexOfLargest(reference) === indexOfLargest(actual)) this.#same += 1;
  }

  /** 0 to 1; null before the first row. */
  get share(): number | null {
    return this.#rows === 0 ? null : this.#same / this.#rows;
  }
}

/** Index of the largest value, the first of equals; NaN never wins. −1 for no values. */
export function indexOfLargest(values: ArrayLike<number>): number {
  let best = -1;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i]!) && (best < 0 || values[i]! > values[best]!)) best = i;
  }
  return best;
}
