import type { ConstantData } from '../../ir/tensor';
import type { ByteSource } from '../../ports/byteSource';
import type { ByteWindow } from './flatbuffer/byteWindow';
import type { AnyRecord, ByteRange } from './flatbuffer/fields';
import type { UnknownField } from './flatbuffer/unknownFields';
import { unknownPart } from './flatbuffer/unknownFields';
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
  /** Some of its records hold fields that are newer than the schema we know. */
  readonly hasNewerFields: boolean;
}

const nothing: Readonly<Record<string, UnknownField>> = Object.freeze({});

/** The fields of a record that are newer than its description. */
export function newerPart(context: FileContext, record: AnyRecord): Readonly<Record<string, UnknownField>> {
  return context.hasNewerFields ? unknownPart(record) : nothing;
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
  const { position, length } = range;
  return { byteLength: length, storedBytes: length, position, key, read: () => source.read(position, length) };
}
