import { ModelError } from '../ir/errors';
import type { ByteSource } from './byteSource';

/** A part of a file as a file of its own: what an archive stores unpacked. */
export class RangeByteSource implements ByteSource {
  readonly size: number;
  readonly generation: string;
  readonly name: string;
  readonly #whole: ByteSource;
  readonly #start: number;

  constructor(whole: ByteSource, start: number, size: number) {
    this.#whole = whole;
    this.#start = start;
    this.size = size;
    this.generation = `${whole.generation}:${start}`;
    this.name = whole.name;
  }

  read(offset: number, length: number): Uint8Array {
    if (offset < 0 || length < 0 || offset + length > this.size) {
      throw new ModelError(
        'truncated',
        `${this.name} ends early: a file in it does not reach byte ${offset + length}.`,
      );
    }
    return this.#whole.read(this.#start + offset, length);
  }

  sibling(relativePath: string): ByteSource {
    return this.#whole.sibling(relativePath);
  }
}
