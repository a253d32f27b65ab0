import { ModelError } from '../ir/errors';
import type { ByteSource } from './byteSource';

/** A whole file already in memory: tests, the web, and what our own writers have just made. */
export class MemoryByteSource implements ByteSource {
  readonly size: number;
  readonly generation = 'memory';
  readonly name: string;
  readonly #bytes: Uint8Array;
  readonly #siblings: Readonly<Record<string, Uint8Array>>;

  constructor(bytes: Uint8Array, name = 'model', siblings: Readonly<Record<string, Uint8Array>> = {}) {
    this.#bytes = bytes;
    this.#siblings = siblings;
    this.size = bytes.byteLength;
    this.name = name;
  }

  read(offset: number, length: number): Uint8Array {
    if (offset < 0 || length < 0 || offset + length > this.size) {
      throw new ModelError(
        'truncated',
        `${this.name} ends early: bytes ${offset} to ${offset + length} of ${this.size}.`,
      );
    }
    return this.#bytes.subarray(offset, offset + length);
  }

  sibling(relativePath: string): ByteSource {
    const bytes = this.#siblings[relativePath];
    if (!bytes)
      throw new ModelError('missing-external-data', `${relativePath}, which ${this.name} refers to, is missing.`);
    return new MemoryByteSource(bytes, relativePath);
  }
}
