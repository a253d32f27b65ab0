import { ModelError } from '../../ir/errors';
import type { Model, ModelMetadata } from '../../ir/model';
import type { ByteSource } from '../../ports/byteSource';
import type { Format } from '../format';
import { SequentialReader } from '../sequentialReader';
import type { StoredTensor } from '../tensorContainer';
import { containerModel } from '../tensorContainer';
import { ggmlType } from './ggmlTypes';
import { damaged, readEntry } from './metadataValues';

const MAGIC = 'GGUF';

/** A key of no characters with a value of one byte; a tensor of no name and no dimensions. */
const SMALLEST_ENTRY = 9;
const SMALLEST_TENSOR = 20;

const MAX_ENTRIES = 1_000_000;
const MAX_RANK = 8;
const MAX_NAME_BYTES = 1024;
const DEFAULT_ALIGNMENT = 32;

/** Tensors and metadata of a language model (llama.cpp, whisper.cpp). Source: ggml-org/ggml, docs/gguf.md. */
export const ggufFormat: Format = {
  id: 'gguf',
  extensions: ['.gguf'],
  readOnly: 'it holds weights without the graph that computes with them',
  matches: (source) => source.size >= 4 && String.fromCharCode(...source.read(0, 4)) === MAGIC,
  read: readGguf,
};

interface TensorInfo {
  readonly name: string;
  /** Outermost first. */
  readonly shape: readonly number[];
  readonly type: number;
  /** From the start of the data. */
  readonly offset: number;
}

function readGguf(source: ByteSource): Model {
  const reader = new SequentialReader(source, MAGIC.length);
  const version = readVersion(reader);
  // Counts and lengths were 32 bits wide in version 1.
  const length = version === 1 ? () => reader.uint32() : () => reader.count();
  const tensorCount = length();
  const entryCount = length();
  if (tensorCount > Math.min(MAX_ENTRIES, reader.remaining / SMALLEST_TENSOR))
    throw damaged(reader, tooMany('tensors'));
  if (entryCount > Math.min(MAX_ENTRIES, reader.remaining / SMALLEST_ENTRY)) throw damaged(reader, tooMany('keys'));
  const metadata = Array.from({ length: entryCount }, () => readEntry(reader, length));
  const infos = Array.from({ length: tensorCount }, () => readTensorInfo(reader, length));
  const texts = new Map(metadata.map(({ name, text }) => [name, text]));
  const alignment = alignmentOf(reader, texts.get('general.alignment') ?? null);
  const dataStart = Math.ceil(reader.position / alignment) * alignment;
  const tensors = infos.map((info) => placed(reader, info, dataStart));
  const container = {
    format: 'gguf' as const,
    formatVersion: ['GGUF', version, texts.get('general.architecture') ?? ''].join(' ').trim(),
    name: texts.get('general.name') ?? '',
    description: texts.get('general.description') ?? '',
    metadata: metadata as readonly ModelMetadata[],
    notes: typeNotes(infos),
  };
  return containerModel(source, container, tensors);
}

function tooMany(what: string): string {
  return `it claims more ${what} than it has bytes for`;
}

function readVersion(reader: SequentialReader): number {
  const version = reader.uint32();
  if (version >= 1 && version <= 3) return version;
  // A big-endian file carries the version the other way round.
  if (version === 0x03000000) {
    reader.littleEndian = false;
    return 3;
  }
  throw new ModelError('not-a-model', `${reader.source.name} has GGUF version ${version}; versions 1 to 3 are known.`);
}

function readTensorInfo(reader: SequentialReader, length: () => number): TensorInfo {
  const nameBytes = length();
  if (nameBytes > MAX_NAME_BYTES) throw damaged(reader, `a tensor's name is longer than ${MAX_NAME_BYTES} bytes`);
  const name = reader.text(nameBytes);
  const rank = reader.uint32();
  if (rank > MAX_RANK) throw damaged(reader, `tensor "${name}" claims ${rank} dimensions`);
  const dims = Array.from({ length: rank }, () => length());
  const elements = dims.reduce((product, dim) => product * dim, 1);
  if (!Number.isSafeInteger(elements * 8)) {
    throw new ModelError('too-large', `${reader.source.name}: the shape of tensor "${name}" is too large.`);
  }
  const type = reader.uint32();
  return { name, shape: dims.reverse(), type, offset: reader.count() };
}

function alignmentOf(reader: SequentialReader, text: string | null): number {
  const alignment = text === null ? DEFAULT_ALIGNMENT : Number(text);
  if (Number.isInteger(alignment) && alignment > 0 && alignment <= 0x10000) return alignment;
  throw damaged(reader, 'its alignment is no number of bytes');
}

function placed(reader: SequentialReader, info: TensorInfo, dataStart: number): StoredTensor {
  const { name, shape } = info;
  const type = ggmlType(info.type);
  const elements = shape.reduce((product, dim) => product * dim, 1);
  // The size of a type we do not know is not known either: none of it is read.
  const byteLength = type ? Math.ceil(elements / type.block) * type.bytes : 0;
  const offset = dataStart + info.offset;
  if (offset + byteLength > reader.source.size) {
    throw new ModelError(
      'truncated',
      `${reader.source.name} ends early: tensor "${name}" goes to byte ${offset + byteLength} of ${reader.source.size}.`,
    );
  }
  return { name, dtype: type?.dtype ?? 'unknown', shape, offset, byteLength };
}

/** Blocks with scales of their own have no name among our element types: the file's own are told here. */
function typeNotes(infos: readonly TensorInfo[]): readonly string[] {
  const counts = new Map<number, number>();
  for (const { type } of infos) counts.set(type, (counts.get(type) ?? 0) + 1);
  if (counts.size === 0) return [];
  const list = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([type, count]) => `${count} ${ggmlType(type)?.name ?? `of type ${type}`}`);
  const notes = [`Tensors by type: ${list.join(', ')}.`];
  if ([...counts.keys()].some((type) => !ggmlType(type))) {
    notes.push('The bytes of tensors whose type is newer than this reader are not counted.');
  }
  return notes;
}
