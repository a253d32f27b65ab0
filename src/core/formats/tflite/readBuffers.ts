import type { ByteRange } from './flatbuffer/fields';
import type { RecordReader } from './flatbuffer/readRecord';
import type { BufferRecord } from './schema/modelTables';

/**
 * Where the bytes of each buffer lie: a vector inside the flatbuffer, or (files above 2 GiB) a range of the file given
 * by offset and size, valid above 1. Throws `truncated` when one leaves the file.
 */
export function readBuffers(reader: RecordReader, records: readonly BufferRecord[]): (ByteRange | null)[] {
  return records.map((record) => record.data ?? outsideRange(reader, record.offset, record.size));
}

/** A range given by 64-bit fields beside the flatbuffer; null when they say there is none. */
export function outsideRange(reader: RecordReader, offset: number | bigint, size: number | bigint): ByteRange | null {
  const range = { position: Number(offset), length: Number(size) };
  if (range.position <= 1 || range.length === 0) return null;
  reader.window.require(range.position, range.length);
  reader.touch(range.position, range.position + range.length);
  return range;
}
