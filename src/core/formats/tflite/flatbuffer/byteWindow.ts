import { ModelError } from '../../../ir/errors';
import type { ByteSource } from '../../../ports/byteSource';
import { freeReadingBytes, maxAmplification } from '../limits';

/** Small enough that stepping over weights reads little, large enough that tables come in few reads. */
const pageBytes = 8 * 1024;

/** 8 MiB of pages: the tables of all but giant models. */
const maxPages = 1024;

/** Little-endian numbers of a file at any position, through pages. Every access is checked against the file's size. */
export class ByteWindow {
  readonly size: number;
  readonly name: string;
  readonly #source: ByteSource;
  readonly #pages = new Map<number, DataView>();
  #page: DataView | null = null;
  #pageIndex = -1;
  #budget: number;

  constructor(source: ByteSource) {
    this.#source = source;
    this.size = source.size;
    this.name = source.name;
    this.#budget = source.size * maxAmplification + freeReadingBytes;
  }

  uint8(position: number): number {
    return this.#view(position, 1).getUint8(this.#at(position));
  }

  uint16(position: number): number {
    return this.#view(position, 2).getUint16(this.#at(position), true);
  }

  int32(position: number): number {
    return this.#view(position, 4).getInt32(this.#at(position), true);
  }

  uint32(position: number): number {
    return this.#view(position, 4).getUint32(this.#at(position), true);
  }

  /** A view whose first byte is at `position`; bytes are read from the file, not from pages. */
  view(position: number, length: number): DataView {
    const bytes = this.bytes(position, length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes as they lie in the file; counted against the budget of reading. */
  bytes(position: number, length: number): Uint8Array {
    this.require(position, length);
    this.spend(length);
    return this.#source.read(position, length);
  }

  /** Throws `truncated` unless `[position, position + length)` lies in the file. */
  require(position: number, length: number): void {
    if (position >= 0 && length >= 0 && position + length <= this.size) return;
    if (position < 0) throw this.corrupt(`it refers to a place before its first byte`);
    throw new ModelError(
      'truncated',
      `${this.name} ends early: it holds ${this.size} bytes, but refers to byte ${position + length}. ` +
        'It was cut short or damaged; get it again.',
    );
  }

  /** Counts reading, so that a small file cannot cause a large amount of it. */
  spend(bytes: number): void {
    this.#budget -= bytes;
    if (this.#budget < 0) throw this.corrupt('its tables overlap so much that it would never end');
  }

  corrupt(how: string): ModelError {
    return new ModelError('corrupt', `${this.name} is damaged: ${how}.`);
  }

  #at(position: number): number {
    return position - this.#pageIndex * pageBytes;
  }

  /** The page that holds the range; one that straddles two pages becomes the current page from its own position. */
  #view(position: number, length: number): DataView {
    const index = Math.floor(position / pageBytes);
    if (index === this.#pageIndex && this.#page && position + length <= index * pageBytes + this.#page.byteLength) {
      return this.#page;
    }
    this.require(position, length);
    if (position + length > (index + 1) * pageBytes) {
      const bytes = this.#source.read(position, length);
      this.#pageIndex = position / pageBytes;
      this.#page = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return this.#page;
    }
    this.#pageIndex = index;
    this.#page = this.#pages.get(index) ?? this.#load(index);
    return this.#page;
  }

  #load(index: number): DataView {
    const start = index * pageBytes;
    const bytes = this.#source.read(start, Math.min(pageBytes, this.size - start));
    const page = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#pages.size >= maxPages) this.#pages.clear();
    this.#pages.set(index, page);
    return page;
  }
}
