/** Bytes that grow at the end, little-endian. */
export class ByteSink {
  length = 0;
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);

  /** Adds zeros and returns where they begin. */
  reserve(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, start));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }

  /** Pads until the length is `phase` more than a multiple of `alignment`. */
  align(alignment: number, phase = 0): void {
    this.reserve((((phase - this.length) % alignment) + alignment) % alignment);
  }

  append(bytes: Uint8Array): void {
    const start = this.reserve(bytes.length);
    this.#bytes.set(bytes, start);
  }

  /** For writing into what has been reserved; not valid after the next `reserve`. */
  get view(): DataView {
    return this.#view;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}
