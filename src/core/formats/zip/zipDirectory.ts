import { inflateSync } from 'fflate';
import type { ByteSource } from '../../ports/byteSource';

/** One file of an archive, left where it is. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes once unpacked, as the directory says. */
  readonly byteLength: number;
  readonly storedBytes: number;
  /** Where its bytes lie when they are stored as they are; null when they are compressed or cannot be found. */
  readonly storedAt: number | null;
  /** Its first bytes, unpacked; null when it is packed in a way we do not read, or is too big to unpack for a look. */
  head(limit: number): Uint8Array | null;
}

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;

/** A comment may stand behind the directory's end. */
const MAX_COMMENT_BYTES = 0xffff;

/** Archives beside models hold a handful of files. */
const MAX_ENTRIES = 10_000;

/** Packed bytes that are unpacked for a look: at the best ratio of deflate, about 16 MB. */
const MAX_PACKED_BYTES = 16 * 1024;

const STORED = 0;
const DEFLATED = 8;

const decoder = new TextDecoder();

/**
 * The files of a zip archive that ends where `source` ends, however much stands before it: what its directory says,
 * nothing unpacked. Null when there is no archive, or one whose directory leads nowhere. Source of the layout: PKWARE's
 * APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16. 64-bit archives are not read.
 */
export function zipDirectory(source: ByteSource): readonly ZipEntry[] | null {
  const tailBytes = Math.min(source.size, END_BYTES + MAX_COMMENT_BYTES);
  const tail = viewOf(source, source.size - tailBytes, tailBytes);
  const end = findEnd(tail);
  if (end === null) return null;
  const count = tail.getUint16(end + 10, true);
  const length = tail.getUint32(end + 12, true);
  const directoryAt = source.size - tailBytes + end - length;
  // Offsets count from the archive's own beginning: an appended one begins later in the file.
  const base = directoryAt - tail.getUint32(end + 16, true);
  if (directoryAt < 0 || base < 0 || count > MAX_ENTRIES || count * ENTRY_BYTES > length) return null;
  return readEntries(source, viewOf(source, directoryAt, length), count, base);
}

function findEnd(tail: DataView): number | null {
  for (let at = tail.byteLength - END_BYTES; at >= 0; at--) {
    if (
      tail.getUint32(at, true) === END_SIGNATURE &&
      tail.getUint16(at + 20, true) === tail.byteLength - at - END_BYTES
    )
      return at;
  }
  return null;
}

function readEntries(source: ByteSource, view: DataView, count: number, base: number): ZipEntry[] | null {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + ENTRY_BYTES > view.byteLength || view.getUint32(at, true) !== ENTRY_SIGNATURE) return null;
    const nameBytes = view.getUint16(at + 28, true);
    const next = at + ENTRY_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > view.byteLength) return null;
    entries.push(entryAt(source, view, at, nameBytes, base));
    at = next;
  }
  return entries;
}

function entryAt(source: ByteSource, view: DataView, at: number, nameBytes: number, base: number): ZipEntry {
  const method = view.getUint16(at + 10, true);
  const isEncrypted = (view.getUint16(at + 8, true) & 1) === 1;
  const storedBytes = view.getUint32(at + 20, true);
  const byteLength = view.getUint32(at + 24, true);
  const name = decoder.decode(new Uint8Array(view.buffer, view.byteOffset + at + ENTRY_BYTES, nameBytes));
  const dataAt = isEncrypted ? null : dataOf(source, base + view.getUint32(at + 42, true), storedBytes);
  return {
    name,
    byteLength,
    storedBytes,
    storedAt: method === STORED && storedBytes === byteLength ? dataAt : null,
    head(limit) {
      if (dataAt === null) return null;
      if (method === STORED) return source.read(dataAt, Math.min(limit, storedBytes));
      if (method !== DEFLATED || storedBytes > MAX_PACKED_BYTES) return null;
      return inflated(source.read(dataAt, storedBytes), Math.min(limit, byteLength));
    },
  };
}

/** The local header repeats the name, with extra fields of its own length. */
function dataOf(source: ByteSource, at: number, storedBytes: number): number | null {
  if (at + LOCAL_BYTES > source.size) return null;
  const local = viewOf(source, at, LOCAL_BYTES);
  if (local.getUint32(0, true) !== LOCAL_SIGNATURE) return null;
  const dataAt = at + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true);
  return dataAt + storedBytes <= source.size ? dataAt : null;
}

/** What goes beyond `limit` is dropped by the fixed output. */
function inflated(bytes: Uint8Array, limit: number): Uint8Array | null {
  try {
    return inflateSync(bytes, { out: new Uint8Array(limit) });
  } catch {
    return null;
  }
}

function viewOf(source: ByteSource, offset: number, length: number): DataView {
  const bytes = source.read(offset, length);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
