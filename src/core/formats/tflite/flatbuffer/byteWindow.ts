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
  #page: DataView = new DataView(new ArrayBuffer(0));
  /** What of the file the current page holds. */
  #start = 0;
  #end = 0;
  #budget: number;

  constructor(source: ByteSource) {
    this.#source = source;
    this.size = source.size;
    this.name = source.name;
    this.#budget = source.size * maxAmplification + freeReadingBytes;
  }

  uint8(position: number): number {
    const page = this.#holds(position, 1) ? this.#page : this.#turnTo(position, 1);
    return page.getUint8(position - this.#start);
  }

  uint16(position: number): number {
    const page = this.#holds(position, 2) ? this.#page : this.#turnTo(position, 2);
    return page.getUint16(position - this.#start, true);
  }

  int32(position: number): number {
    const page = this.#holds(position, 4) ? this.#page : this.#turnTo(position, 4);
    return page.getInt32(position - this.#start, true);
  }

  uint32(position: number): number {
    const page = this.#holds(position, 4) ? this.#page : this.#turnTo(position, 4);
    return page.getUint32(position - this.#start, true);
  }

  float32(position: number): number {
    const page = this.#holds(position, 4) ? this.#page : this.#turnTo(position, 4);
    return page.getFloat32(position - this.#start, true);
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

  #holds(position: number, length: number): boolean {
    return position >= this.#start && position + length <= this.#end;
  }

  /** The page that holds the range; one that straddles two pages becomes the current page from its own position. */
  #turnTo(position: number, length: number): DataView {
    this.require(position, length);
    const index = Math.floor(position / pageBytes);
    const straddles = position + length > (index + 1) * pageBytes;
    this.#page = straddles ? this.#viewOf(position, length) : (this.#pages.get(index) ?? this.#load(index));
    this.#start = straddles ? position : index * pageBytes;
    this.#end = this.#start + this.#page.byteLength;
    return this.#page;
  }

  #load(index: number): DataView {
    const start = index * pageBytes;
    const page = this.#viewOf(start, Math.min(pageBytes, this.size - start));
    if (this.#pages.size >= maxPages) this.#pages.clear();
    this.#pages.set(index, page);
    return page;
  }

  #viewOf(position: number, length: number): DataView {
    const bytes = this.#source.read(position, length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}
