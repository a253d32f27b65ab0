import type { ByteSource } from '../../core/ports/byteSource';

/** Signature, version, size of the collection; index, references, size of each object. */
const SIGNATURE = [0x47, 0x43, 0x4f, 0x4c];
const HEADER_BYTES = 16;

/** Reads of metadata are small; weights are not looked through. */
const MAX_LOOKED_THROUGH = 64 * 1024;

/** Lengths of 8 bytes are what every writer of today uses. */
const LENGTH_BYTES = 8;

/** Where the superblock says how wide lengths are, by its version ("HDF5 File Format Specification", II.A). */
const WIDTH_AT = [14, 14, 10, 10];

/** Whether lengths are 8 bytes wide, as the check below takes for granted. */
export function hasUsualLengths(source: ByteSource): boolean {
  if (source.size < 16) return false;
  const head = source.read(0, 16);
  return head[WIDTH_AT[head[8] ?? 0] ?? 14] === LENGTH_BYTES;
}

/**
 * Looks for global heaps among bytes that the library is about to see, and throws when one does not add up: the library
 * walks a heap by its own sizes, and a size of zero is a walk without end. Layout: "HDF5 File Format Specification",
 * III.E.
 */
export class GlobalHeapCheck {
  readonly #source: ByteSource;
  readonly #sound = new Set<number>();

  constructor(source: ByteSource) {
    this.#source = source;
  }

  check(bytes: Uint8Array, position: number): void {
    if (bytes.byteLength > MAX_LOOKED_THROUGH) return;
    for (let at = bytes.indexOf(SIGNATURE[0]!); at >= 0; at = bytes.indexOf(SIGNATURE[0]!, at + 1)) {
      if (SIGNATURE.every((byte, index) => bytes[at + index] === byte)) this.#requireSound(position + at);
    }
  }

  #requireSound(start: number): void {
    if (this.#sound.has(start)) return;
    const { size } = this.#source;
    const collection = start + HEADER_BYTES <= size ? this.#lengthAt(start + 8) : 0;
    const end = start + collection;
    if (collection < HEADER_BYTES || end > size) throw new Error('a heap leaves the file');
    for (let at = start + HEADER_BYTES; at + HEADER_BYTES <= end;) {
      const isFree = this.#source.read(at, 2).every((byte) => byte === 0);
      const length = this.#lengthAt(at + 8);
      // Free space counts its own header; an object is padded to eight bytes.
      const step = isFree ? length : HEADER_BYTES + Math.ceil(length / 8) * 8;
      if (step < HEADER_BYTES || at + step > end) throw new Error('a heap does not add up');
      at += step;
    }
    this.#sound.add(start);
  }

  #lengthAt(position: number): number {
    const bytes = this.#source.read(position, LENGTH_BYTES);
    return Number(new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true));
  }
}
