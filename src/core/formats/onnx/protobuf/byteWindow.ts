import type { ByteSource } from '../../../ports/byteSource';

/** Bytes fetched at once: many small records fit, and the bytes of a skipped weight cost little. */
const WINDOW_BYTES = 16 * 1024;

const SHORT_TEXT_BYTES = 64;

/** A power of two: enough for the names of some hundred neighbouring nodes. */
const REMEMBERED_TEXTS = 1024;

const decoder = new TextDecoder();

/** Byte-wise access to a source through one window that follows the reader, so that small reads stay cheap. */
export class ByteWindow {
  readonly source: ByteSource;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  /** Texts read lately, by the hash of their bytes. */
  readonly #texts: (string | undefined)[] = [];

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
    if (length === 0) return '';
    if (length > SHORT_TEXT_BYTES) return decoder.decode(this.slice(offset, length));
    if (offset < this.#start || offset + length > this.#start + this.#bytes.byteLength) this.#moveTo(offset);
    // Names are short, ASCII and come again and again: a call of the decoder would cost more than the text.
    const bytes = this.#bytes;
    const from = offset - this.#start;
    let hash = length;
    for (let at = from; at < from + length; at++) {
      const byte = bytes[at]!;
      if (byte >= 0x80) return decoder.decode(bytes.subarray(from, from + length));
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    const slot = hash & (REMEMBERED_TEXTS - 1);
    const known = this.#texts[slot];
    if (known !== undefined && isText(known, bytes, from, length)) return known;
    const text = asciiText(bytes, from, length);
    this.#texts[slot] = text;
    return text;
  }

  #moveTo(offset: number): void {
    this.#bytes = this.source.read(offset, Math.min(WINDOW_BYTES, this.source.size - offset));
    this.#start = offset;
  }
}

function isText(text: string, bytes: Uint8Array, from: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let at = 0; at < length; at++) if (text.charCodeAt(at) !== bytes[from + at]) return false;
  return true;
}

const codes = Array.from({ length: SHORT_TEXT_BYTES }, () => 0);

function asciiText(bytes: Uint8Array, from: number, length: number): string {
  codes.length = length;
  for (let at = 0; at < length; at++) codes[at] = bytes[from + at]!;
  return String.fromCharCode.apply(null, codes);
}
