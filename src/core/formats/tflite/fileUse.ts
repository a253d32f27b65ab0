import type { FileUse } from '../../ir/model';
import type { ByteSource } from '../../ports/byteSource';
import { ByteWindow } from './flatbuffer/byteWindow';
import { RecordReader } from './flatbuffer/readRecord';
import { outsideRange } from './readBuffers';
import type { ModelRecord } from './schema/modelTables';
import { modelTable } from './schema/modelTables';

/** What bytes of a TFLite file are for. */
export type FileUseName =
  | 'constants'
  | 'names'
  | 'ranges'
  | 'scales and zero points'
  | 'signatures'
  | 'metadata'
  | 'tables'
  | 'unused buffers'
  | 'padding'
  | 'appended';

interface Range {
  readonly start: number;
  readonly end: number;
  readonly use: FileUseName;
}

/** Magic number and root offset. */
const headerBytes = 8;

/** Fields whose bytes are not tables. */
const usesOfFields: Readonly<Record<string, FileUseName>> = {
  'Model.description': 'names',
  'SubGraph.name': 'names',
  'Tensor.name': 'names',
  'QuantizationParameters.min': 'ranges',
  'QuantizationParameters.max': 'ranges',
  'QuantizationParameters.scale': 'scales and zero points',
  'QuantizationParameters.zero_point': 'scales and zero points',
  'Model.signature_defs': 'signatures',
  'Model.metadata': 'metadata',
  'Model.metadata_buffer': 'metadata',
};

const usesOfTables: Readonly<Record<string, FileUseName>> = {
  QuantizationParameters: 'scales and zero points',
  SignatureDef: 'signatures',
  TensorMap: 'signatures',
  Metadata: 'metadata',
};

/**
 * What each byte of a TFLite file is for, the most first; the parts add up to the file. Bytes that several tables share
 * count once, for the first that refers to them. Padding is what nothing refers to. Throws ModelError as reading does.
 */
export function tfliteFileUse(source: ByteSource): readonly FileUse[] {
  const ranges: Range[] = [{ start: 0, end: Math.min(headerBytes, source.size), use: 'tables' }];
  let last: Range = ranges[0]!;
  const reader = new RecordReader(new ByteWindow(source), false, (start, end, tableName, field) => {
    if (tableName === 'Buffer' && field === 'data') return;
    const use = usesOfFields[`${tableName}.${field}`] ?? usesOfTables[tableName] ?? 'tables';
    if (use === last.use && start <= last.end && start >= last.start) {
      last = { start: last.start, end: Math.max(last.end, end), use };
      ranges[ranges.length - 1] = last;
    } else ranges.push((last = { start, end, use }));
  });
  const record = reader.read(modelTable, reader.follow(0));
  ranges.push(...bufferRanges(reader, record));
  const end = ranges.reduce((most, range) => Math.max(most, range.end), 0);
  return sumUses(ranges, Math.ceil(end / 4) * 4, source.size);
}

/** Contents of buffers, by who refers to them, each with the length that stands before it. */
function bufferRanges(reader: RecordReader, record: ModelRecord): readonly Range[] {
  const tensors = new Set(
    (record.subgraphs ?? []).flatMap((graph) => (graph.tensors ?? []).map(({ buffer }) => buffer)),
  );
  const metadata = new Set([...(record.metadata ?? []).map(({ buffer }) => buffer), ...(record.metadata_buffer ?? [])]);
  return (record.buffers ?? []).flatMap(({ data, offset, size }, index) => {
    const use: FileUseName = tensors.has(index) ? 'constants' : metadata.has(index) ? 'metadata' : 'unused buffers';
    const range = data ?? outsideRange(reader, offset, size);
    if (range === null) return [];
    const { position, length } = range;
    const inside: Range[] = data ? [{ start: position - 4, end: position, use: 'tables' }] : [];
    return [...inside, { start: position, end: position + length, use }];
  });
}

/** Bytes by use; what lies between ranges is padding, what lies behind `end` was appended. */
function sumUses(ranges: readonly Range[], end: number, size: number): readonly FileUse[] {
  const bytes = new Map<FileUseName, number>();
  const add = (name: FileUseName, count: number) => {
    if (count > 0) bytes.set(name, (bytes.get(name) ?? 0) + count);
  };
  let position = 0;
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    add('padding', range.start - position);
    add(range.use, range.end - Math.max(range.start, position));
    position = Math.max(position, range.end);
  }
  const stop = Math.min(Math.max(end, position), size);
  add('padding', stop - position);
  add('appended', size - stop);
  return [...bytes].map(([name, count]) => ({ name, bytes: count })).toSorted((a, b) => b.bytes - a.bytes);
}
