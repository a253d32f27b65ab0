const BINS = 8192;
const HALF = BINS / 2;
/** Below this, bins per unit would overflow. */
const SMALLEST_REACH = 1e-30;

/**
 * Where an activation's values lie, over all samples, in bounded memory: equal bins from −reach to reach. The reach
 * starts at the first values' largest size and doubles when a value leaves it (neighbouring bins merge), so one pass
 * over the data is enough. Exact zeros are counted apart: any zero point represents them without error.
 */
export class ActivationHistogram {
  readonly counts = new Float64Array(BINS);
  #reach = 0;
  #min = Infinity;
  #max = -Infinity;
  #zeros = 0;
  #count = 0;
  #notFinite = 0;

  add(values: Float32Array | Float64Array): void {
    this.#fit(values);
    const scale = this.#reach === 0 ? 0 : HALF / this.#reach;
    for (const value of values) {
      if (value === 0) this.#zeros += 1;
      // NaN fails the comparison and is left out, as infinities are.
      else if (Math.abs(value) < Infinity) {
        const bin = Math.min(BINS - 1, Math.floor(value * scale) + HALF);
        this.counts[bin]! += 1;
      }
    }
    this.#count += values.length;
  }

  /** Half the width of all bins together; 0 before a value other than zero was seen. */
  get reach(): number {
    return this.#reach;
  }

  get binWidth(): number {
    return this.#reach / HALF;
  }

  /** Lower edge of bin `index`. */
  edge(index: number): number {
    return (index - HALF) * this.binWidth;
  }

  /** Smallest and largest finite value seen; 0 and 0 when there was none. */
  get min(): number {
    return this.#min === Infinity ? 0 : this.#min;
  }

  get max(): number {
    return this.#max === -Infinity ? 0 : this.#max;
  }

  get zeros(): number {
    return this.#zeros;
  }

  get count(): number {
    return this.#count;
  }

  /** NaN and infinite values seen; they are in no bin. */
  get notFinite(): number {
    return this.#notFinite;
  }

  #fit(values: Float32Array | Float64Array): void {
    let { min, max } = { min: this.#min, max: this.#max };
    for (const value of values) {
      if (Math.abs(value) < Infinity) {
        if (value < min) min = value;
        if (value > max) max = value;
      } else this.#notFinite += 1;
    }
    this.#min = min;
    this.#max = max;
    const need = Math.max(Math.abs(this.min), Math.abs(this.max));
    if (this.#reach === 0 && need > 0) this.#reach = Math.max(need, SMALLEST_REACH);
    while (this.#reach < need) this.#double();
  }

  #double(): void {
    const merged = new Float64Array(BINS);
    for (let bin = 0; bin < BINS; bin++) merged[HALF + Math.floor((bin - HALF) / 2)]! += this.counts[bin]!;
    this.counts.set(merged);
    this.#reach *= 2;
  }
}
