import type { ConstantData } from '../../ir/tensor';
import type { ByteSource } from '../../ports/byteSource';
import type { ByteWindow } from './flatbuffer/byteWindow';
import type { ByteRange } from './flatbuffer/fields';
import type { Notes } from './notes';
import type { ModelRecord } from './schema/modelTables';

/** What every part of the reader needs to know of the file it reads. */
export interface FileContext {
  readonly source: ByteSource;
  readonly window: ByteWindow;
  readonly model: ModelRecord;
  /** Where each buffer's bytes lie; null for a buffer that holds none. */
  readonly buffers: readonly (ByteRange | null)[];
  readonly notes: Notes;
}

/** Bytes of the file, left where they are. */
export interface LazyBytes {
  readonly byteLength: number;
  read(): Uint8Array;
}

export function lazyBytes(source: ByteSource, range: ByteRange): LazyBytes {
  return { byteLength: range.length, read: () => source.read(range.position, range.length) };
}

export function lazyConstant(source: ByteSource, range: ByteRange, key: string): ConstantData {
  return { ...lazyBytes(source, range), storedBytes: range.length, key };
}
