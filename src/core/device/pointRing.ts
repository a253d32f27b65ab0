const INITIAL_POINTS = 256;

/** The newest points of a series by time, in a ring that grows up to its capacity. Times never go back. */
export class PointRing {
  readonly #capacity: number;
  #times = new Float64Array(INITIAL_POINTS);
  #values = new Float64Array(INITIAL_POINTS);
  #first = 0;
  #length = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#length;
  }

  /** The newest point's time; -Infinity when empty. */
  get lastTimeMs(): number {
    return this.#length === 0 ? -Infinity : this.#times[(this.#first + this.#length - 1) % this.#times.length]!;
  }

  /** A time before the last is taken for the last: clocks are corrected, and a plot needs order. */
  add(timeMs: number, value: number): void {
    const time = Math.max(timeMs, this.lastTimeMs);
    if (this.#length === this.#times.length) {
      if (this.#length < this.#capacity) this.#grow();
      else {
        this.#first = (this.#first + 1) % this.#length;
        this.#length -= 1;
      }
    }
    const at = (this.#first + this.#length) % this.#times.length;
    this.#times[at] = time;
    this.#values[at] = value;
    this.#length += 1;
  }

  /** Forgets the points before a time. */
  dropBefore(timeMs: number): void {
    while (this.#length > 0 && this.#times[this.#first]! < timeMs) {
      this.#first = (this.#first + 1) % this.#times.length;
      this.#length -= 1;
    }
  }

  /** The newest value; null when empty. */
  get lastValue(): number | null {
    return this.#length === 0 ? null : this.#values[(this.#first + this.#length - 1) % this.#values.length]!;
  }

  /** Copies of the points from a time on, and of the one before it, oldest first. */
  points(fromMs = -Infinity): { readonly timesMs: Float64Array; readonly values: Float64Array } {
    const skipped = Math.max(0, this.#countBefore(fromMs) - 1);
    const size = this.#length - skipped;
    return { timesMs: this.#unroll(this.#times, skipped, size), values: this.#unroll(this.#values, skipped, size) };
  }

  /** How many points lie before a time, by halving. */
  #countBefore(timeMs: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[(this.#first + middle) % this.#times.length]! < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The points after the first `skipped`, in a straight array of `size`. */
  #unroll(ring: Float64Array, skipped: number, size: number): Float64Array<ArrayBuffer> {
    const straight = new Float64Array(size);
    const count = this.#length - skipped;
    const start = (this.#first + skipped) % ring.length;
    const head = ring.subarray(start, Math.min(start + count, ring.length));
    straight.set(head);
    straight.set(ring.subarray(0, count - head.length), head.length);
    return straight;
  }

  #grow(): void {
    const size = Math.min(this.#capacity, this.#times.length * 2);
    this.#times = this.#unroll(this.#times, 0, size);
    this.#values = this.#unroll(this.#values, 0, size);
    this.#first = 0;
  }
}
