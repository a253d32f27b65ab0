import { ModelError } from '../ir/errors';
import type { ByteSource } from '../ports/byteSource';

/** Bytes fetched at once. */
const WINDOW_BYTES = 16 * 1024;

const decoder = new TextDecoder();

/**
 * Reads a header from front to back: little- or big-endian numbers and texts, through one window. Every read is checked
 * against the end of the file. Throws ModelError `truncated` beyond it.
 */
export class SequentialReader {
  readonly source: ByteSource;
  /** Where the next read begins. */
  position: number;
  littleEndian = true;
  #bytes: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #start = 0;

  constructor(source: ByteSource, position = 0) {
    this.source = source;
    this.position = position;
  }

  get remaining(): number {
    return this.source.size - this.position;
  }

  /** Passes over bytes without reading them. */
  skip(count: number): void {
    this.#require(count);
    this.position += count;
  }

  uint8(): number {
    const at = this.#at(1);
    return this.#view.getUint8(at);
  }

  uint16(): number {
    const at = this.#at(2);
    return this.#view.getUint16(at, this.littleEndian);
  }

  uint32(): number {
    const at = this.#at(4);
    return this.#view.getUint32(at, this.littleEndian);
  }

  float32(): number {
    const at = this.#at(4);
    return this.#view.getFloat32(at, this.littleEndian);
  }

  float64(): number {
    const at = this.#at(8);
    return this.#view.getFloat64(at, this.littleEndian);
  }

  bigUint64(): bigint {
    const at = this.#at(8);
    return this.#view.getBigUint64(at, this.littleEndian);
  }

  /** A 64-bit count. Infinity where it is beyond what a Number holds exactly, so that every check against it fails. */
  count(): number {
    const value = Number(this.bigUint64());
    return Number.isSafeInteger(value) ? value : Number.POSITIVE_INFINITY;
  }

  /** UTF-8 text of that many bytes; what is no UTF-8 becomes replacement characters. */
  text(length: number): string {
    this.#require(length);
    const bytes = this.source.read(this.position, length);
    this.position += length;
    return decoder.decode(bytes);
  }

  #require(count: number): void {
    if (count <= this.remaining) return;
    throw new ModelError(
      'truncated',
      `${this.source.name} ends early: it has ${this.source.size} bytes and its header goes beyond them.`,
    );
  }

  /** Moves on by `count` bytes; answers where they begin in the window. */
  #at(count: number): number {
    this.#require(count);
    const { position } = this;
    if (position < this.#start || position + count > this.#start + this.#bytes.byteLength) {
      this.#bytes = this.source.read(position, Math.min(WINDOW_BYTES, this.source.size - position));
      this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
      this.#start = position;
    }
    this.position = position + count;
    return position - this.#start;
  }
}
