import { convertIndexedToRgb, decode } from 'fast-png';
import { Unzlib } from 'fflate';
import { ModelError } from '../ir/errors';
import type { Picture } from './picture';

/** Above this many pixels a picture is refused before memory is taken for it (64 million: 8,000 × 8,000). */
export const MAX_PIXELS = 64_000_000;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
// The rest (text, colour profiles, dates) may hold packed data of any size and says nothing that is needed here.
const WANTED_CHUNKS = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
const CHANNELS_OF_COLOR_TYPE: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const INFLATE_STEP_BYTES = 16_384;

interface Chunk {
  readonly type: string;
  readonly start: number;
  /** After the checksum. */
  readonly end: number;
}

export function isPng(bytes: Uint8Array): boolean {
  return bytes.length >= 33 && SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/** Grey, RGB, palette or alpha PNG of any depth. Throws ModelError `bad-data`. */
export function readPng(bytes: Uint8Array): Picture {
  const chunks = listChunks(bytes);
  const expected = unpackedBytes(bytes, chunks);
  checkPacked(bytes, chunks, expected);
  try {
    const image = decode(join(bytes, chunks));
    const { width, height, depth } = image;
    if (image.palette) {
      const channels = image.palette[0]?.length ?? 3;
      return { width, height, channels, samples: convertIndexedToRgb(image), maximum: 255 };
    }
    const samples = depth < 8 ? unpackBits(image.data, width * image.channels, height, depth) : image.data;
    return { width, height, channels: image.channels, samples, maximum: 2 ** depth - 1 };
  } catch {
    throw bad('is damaged');
  }
}

function listChunks(bytes: Uint8Array): readonly Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) throw bad('ends early');
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (WANTED_CHUNKS.has(type)) chunks.push({ type, start: at, end });
    if (type === 'IEND') break;
    at = end;
  }
  if (chunks[0]?.type !== 'IHDR' || chunks.at(-1)?.type !== 'IEND') throw bad('ends early');
  return chunks;
}

/** Bytes the packed rows must unpack to at most, from the header (PNG 7.2: one filter byte a row). */
function unpackedBytes(bytes: Uint8Array, chunks: readonly Chunk[]): number {
  const header = chunks[0]!;
  const view = new DataView(bytes.buffer, bytes.byteOffset + header.start + 8);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const channels = CHANNELS_OF_COLOR_TYPE[view.getUint8(9)];
  if (width === 0 || height === 0 || channels === undefined) throw bad('has an impossible header');
  if (width * height > MAX_PIXELS) throw bad(`announces ${width} × ${height} pixels, more than are read here`);
  const rows = height * (Math.ceil((width * channels * view.getUint8(8)) / 8) + 1);
  // Adam7 splits the rows into seven passes, each with its own filter bytes and rounding.
  return view.getUint8(12) === 0 ? rows : rows + 7 * 2 * (height + width);
}

/** Unpacks without keeping anything, and stops as soon as there is more than the header announced. */
function checkPacked(bytes: Uint8Array, chunks: readonly Chunk[], expected: number): void {
  let total = 0;
  const inflator = new Unzlib((piece) => {
    total += piece.length;
    if (total > expected) throw bad('unpacks to more than its size');
  });
  try {
    for (const chunk of chunks) {
      if (chunk.type !== 'IDAT') continue;
      for (let at = chunk.start + 8; at < chunk.end - 4; at += INFLATE_STEP_BYTES) {
        inflator.push(bytes.subarray(at, Math.min(at + INFLATE_STEP_BYTES, chunk.end - 4)));
      }
    }
  } catch (error) {
    throw error instanceof ModelError ? error : bad('is damaged');
  }
}

function join(bytes: Uint8Array, chunks: readonly Chunk[]): Uint8Array {
  const size = chunks.reduce((sum, chunk) => sum + chunk.end - chunk.start, 8);
  const out = new Uint8Array(size);
  out.set(SIGNATURE);
  let at = 8;
  for (const chunk of chunks) {
    out.set(bytes.subarray(chunk.start, chunk.end), at);
    at += chunk.end - chunk.start;
  }
  return out;
}

function unpackBits(packed: ArrayLike<number>, samplesPerRow: number, rows: number, depth: number): Uint8Array {
  const out = new Uint8Array(samplesPerRow * rows);
  const rowBytes = Math.ceil((samplesPerRow * depth) / 8);
  const mask = 2 ** depth - 1;
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < samplesPerRow; i++) {
      const bit = i * depth;
      const byte = packed[row * rowBytes + (bit >> 3)] ?? 0;
      out[row * samplesPerRow + i] = (byte >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return out;
}

function bad(what: string): ModelError {
  return new ModelError('bad-data', `The PNG picture ${what}.`);
}
