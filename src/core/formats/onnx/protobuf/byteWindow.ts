import type { ByteSource } from '../../../ports/byteSource';

/** Bytes fetched at once: many small records fit, and the bytes of a skipped weight cost little. */
const WINDOW_BYTES = 16 * 1024;

const SHORT_TEXT_BYTES = 64;

const decoder = new TextDecoder();

/** Byte-wise access to a source through one window that follows the reader, so that small reads stay cheap. */
export class ByteWindow {
  readonly source: ByteSource;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** The byte at `offset`, which must lie inside the source. */
  byte(offset: number): number {
    const byte = this.#bytes[offset - this.#start];
    if (byte !== undefined) return byte;
    this.#moveTo(offset);
    return this.#bytes[0] ?? 0;
  }

  /** Bytes `[offset, offset + length)`, a view where possible. */
  slice(offset: number, length: number): Uint8Array {
    if (length > WINDOW_BYTES) return this.source.read(offset, length);
    if (length === 0) return new Uint8Array(0);
    if (offset < this.#start || offset + length > this.#start + this.#bytes.byteLength) this.#moveTo(offset);
    return this.#bytes.subarray(offset - this.#start, offset - this.#start + length);
  }

  /** UTF-8 text; bytes that are no UTF-8 become replacement characters. */
  text(offset: number, length: number): string {
    const bytes = this.slice(offset, length);
    // Names are short and ASCII, for which a call of the decoder costs more than the text.
    if (length <= SHORT_TEXT_BYTES && bytes.every((byte) => byte < 0x80)) return String.fromCharCode(...bytes);
    return decoder.decode(bytes);
  }

  #moveTo(offset: number): void {
    this.#bytes = this.source.read(offset, Math.min(WINDOW_BYTES, this.source.size - offset));
    this.#start = offset;
  }
}
