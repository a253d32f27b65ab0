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

  /** Copies of all points, oldest first. */
  points(): { readonly timesMs: Float64Array; readonly values: Float64Array } {
    return { timesMs: this.#unroll(this.#times, this.#length), values: this.#unroll(this.#values, this.#length) };
  }

  #unroll(ring: Float64Array, size: number): Float64Array<ArrayBuffer> {
    const straight = new Float64Array(size);
    const head = ring.subarray(this.#first, Math.min(this.#first + this.#length, ring.length));
    straight.set(head);
    straight.set(ring.subarray(0, this.#length - head.length), head.length);
    return straight;
  }

  #grow(): void {
    const size = Math.min(this.#capacity, this.#times.length * 2);
    this.#times = this.#unroll(this.#times, size);
    this.#values = this.#unroll(this.#values, size);
    this.#first = 0;
  }
}
