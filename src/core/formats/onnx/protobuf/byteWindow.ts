import type { ByteSource } from '../../../ports/byteSource';

/** Bytes fetched at once when reading goes on behind what was fetched: many small records fit. */
const WINDOW_BYTES = 16 * 1024;

/** Bytes fetched after a jump: behind a skipped weight there is often just the head of the next one. */
const JUMP_BYTES = 1024;

const SHORT_TEXT_BYTES = 64;

const NOTHING = new Uint8Array(0);

const decoder = new TextDecoder();

/**
 * Byte-wise access to a source through one window that follows the reader, so that small reads stay cheap. A file is
 * parsed once, before anything is compiled for speed: fields are plain properties, declared and set once.
 */
export class ByteWindow {
  declare readonly source: ByteSource;
  /** The window: what `start` and behind it holds. Read by the cursor, moved here only. */
  declare bytes: Uint8Array;
  declare start: number;

  constructor(source: ByteSource) {
    this.source = source;
    this.bytes = NOTHING;
    this.start = 0;
  }

  /** The byte at `offset`, which must lie inside the source. */
  byte(offset: number): number {
    const byte = this.bytes[offset - this.start];
    if (byte !== undefined) return byte;
    this.#moveTo(offset, 1);
    return this.bytes[0] ?? 0;
  }

  /** Bytes `[offset, offset + length)`, a view where possible. */
  slice(offset: number, length: number): Uint8Array {
    if (length > WINDOW_BYTES) return this.source.read(offset, length);
    if (length === 0) return NOTHING;
    this.#cover(offset, length);
    return this.bytes.subarray(offset - this.start, offset - this.start + length);
  }

  /** UTF-8 text; bytes that are no UTF-8 become replacement characters. */
  text(offset: number, length: number): string {
    if (length === 0) return '';
    if (length > SHORT_TEXT_BYTES) return decoder.decode(this.slice(offset, length));
    this.#cover(offset, length);
    // Names are short and ASCII: a call of the decoder would cost more than the text.
    const { bytes } = this;
    const from = offset - this.start;
    const codes = (codesOfLength[length] ??= []);
    for (let at = 0; at < length; at++) {
      const byte = bytes[from + at]!;
      if (byte >= 0x80) return decoder.decode(bytes.subarray(from, from + length));
      codes[at] = byte;
    }
    return String.fromCharCode.apply(null, codes);
  }

  #cover(offset: number, length: number): void {
    const from = offset - this.start;
    if (from < 0 || from + length > this.bytes.length) this.#moveTo(offset, length);
  }

  #moveTo(offset: number, length: number): void {
    const isNext = offset >= this.start && offset <= this.start + this.bytes.length;
    const wanted = isNext ? WINDOW_BYTES : Math.max(JUMP_BYTES, length);
    this.bytes = this.source.read(offset, Math.min(wanted, this.source.size - offset));
    this.start = offset;
  }
}

/** Character codes of the text being made, in a list of its length: one that changes its size is made anew each time. */
const codesOfLength: number[][] = [];
