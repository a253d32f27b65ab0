import { ModelError } from '../../ir/errors';
import type { ModelMetadata } from '../../ir/model';
import type { SequentialReader } from '../sequentialReader';

/** Texts up to this many bytes are shown; chat templates and licences are longer. */
const MAX_TEXT_BYTES = 4096;

const MAX_KEY_BYTES = 0xffff;

/** Elements of an array that are shown. */
const SHOWN_ELEMENTS = 8;

/** Arrays of arrays: the format allows any depth, files use one. */
const MAX_DEPTH = 8;

interface Scalar {
  readonly name: string;
  readonly bytes: number;
  read(reader: SequentialReader): string;
}

function scalar(name: string, bytes: number, read: Scalar['read']): Scalar {
  return { name, bytes, read };
}

const STRING = 8;
const ARRAY = 9;

/** By number. Source: gguf_metadata_value_type in ggml-org/ggml, docs/gguf.md. */
const scalars: ReadonlyMap<number, Scalar> = new Map([
  [0, scalar('uint8', 1, (reader) => `${reader.uint8()}`)],
  [1, scalar('int8', 1, (reader) => `${(reader.uint8() << 24) >> 24}`)],
  [2, scalar('uint16', 2, (reader) => `${reader.uint16()}`)],
  [3, scalar('int16', 2, (reader) => `${(reader.uint16() << 16) >> 16}`)],
  [4, scalar('uint32', 4, (reader) => `${reader.uint32()}`)],
  [5, scalar('int32', 4, (reader) => `${reader.uint32() | 0}`)],
  [6, scalar('float32', 4, (reader) => `${Number(reader.float32().toPrecision(7))}`)],
  [7, scalar('bool', 1, (reader) => (reader.uint8() === 0 ? 'false' : 'true'))],
  [10, scalar('uint64', 8, (reader) => `${reader.bigUint64()}`)],
  [11, scalar('int64', 8, (reader) => `${BigInt.asIntN(64, reader.bigUint64())}`)],
  [12, scalar('float64', 8, (reader) => `${reader.float64()}`)],
]);

/** A key and its value. Lengths are those of the file's version. */
export function readEntry(reader: SequentialReader, length: () => number): ModelMetadata {
  const keyBytes = length();
  if (keyBytes > MAX_KEY_BYTES) throw damaged(reader, 'a key is longer than 65,535 bytes');
  const name = reader.text(keyBytes);
  const type = reader.uint32();
  const start = reader.position;
  const text = readValue(reader, type, length, 0);
  return { name, byteLength: reader.position - start, text };
}

/** The value as text; null where it is too long to show. */
function readValue(reader: SequentialReader, type: number, length: () => number, depth: number): string | null {
  if (type === STRING) return readText(reader, length());
  if (type === ARRAY) return readArray(reader, length, depth);
  const kind = scalars.get(type);
  if (!kind) throw damaged(reader, `a value has type ${type}, which is not known`);
  return kind.read(reader);
}

function readText(reader: SequentialReader, byteLength: number): string | null {
  if (byteLength <= MAX_TEXT_BYTES) return reader.text(byteLength);
  reader.skip(byteLength);
  return null;
}

function readArray(reader: SequentialReader, length: () => number, depth: number): string {
  const type = reader.uint32();
  const count = length();
  if (depth >= MAX_DEPTH) throw damaged(reader, 'its arrays are nested too deeply');
  const kind = scalars.get(type);
  const smallest = kind?.bytes ?? 4;
  if (count > reader.remaining / smallest)
    throw damaged(reader, 'an array claims more elements than the file has bytes');
  const shown: string[] = [];
  for (let index = 0; index < count; index++) {
    if (kind && index >= SHOWN_ELEMENTS) {
      reader.skip((count - index) * kind.bytes);
      break;
    }
    if (index < SHOWN_ELEMENTS) shown.push(readValue(reader, type, length, depth + 1) ?? '…');
    else skipValue(reader, type, length, depth + 1);
  }
  const more = count > SHOWN_ELEMENTS ? `, … (${count.toLocaleString('en')} in all)` : '';
  return `[${shown.join(', ')}${more}]`;
}

function skipValue(reader: SequentialReader, type: number, length: () => number, depth: number): void {
  if (type === STRING) reader.skip(length());
  else readValue(reader, type, length, depth);
}

export function damaged(reader: SequentialReader, what: string): ModelError {
  return new ModelError('corrupt', `${reader.source.name} is damaged: ${what}.`);
}
