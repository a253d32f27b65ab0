import type { DType } from '../../ir/dtype';
import { bitsOf } from '../../ir/dtype';
import { ModelError } from '../../ir/errors';
import type { Model, ModelMetadata } from '../../ir/model';
import type { ByteSource } from '../../ports/byteSource';
import type { Format } from '../format';
import type { StoredTensor } from '../tensorContainer';
import { containerModel } from '../tensorContainer';

/** The format's own limit on its header ("Format" in huggingface/safetensors, README.md). */
const MAX_HEADER_BYTES = 100_000_000;

/** A little-endian 64-bit length stands before the header. */
const LENGTH_BYTES = 8;

const MAX_RANK = 64;
const MAX_TEXT = 4096;
const OPEN_BRACE = 0x7b;

/** Names of huggingface/safetensors, safetensors/src/tensor.rs `Dtype`. */
const dtypes: ReadonlyMap<string, DType> = new Map<string, DType>([
  ['BOOL', 'bool'],
  ['F4', 'float4e2m1'],
  ['F8_E5M2', 'float8e5m2'],
  ['F8_E4M3', 'float8e4m3fn'],
  ['F8_E8M0', 'float8e8m0'],
  ['U8', 'uint8'],
  ['I8', 'int8'],
  ['U16', 'uint16'],
  ['I16', 'int16'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['U32', 'uint32'],
  ['I32', 'int32'],
  ['F32', 'float32'],
  ['U64', 'uint64'],
  ['I64', 'int64'],
  ['F64', 'float64'],
  ['C64', 'complex64'],
]);

/** Tensors behind a JSON header: what the PyTorch world stores weights in. */
export const safetensorsFormat: Format = {
  id: 'safetensors',
  extensions: ['.safetensors'],
  readOnly: 'it holds weights without the graph that computes with them',
  matches(source) {
    if (source.size < LENGTH_BYTES + 2) return false;
    const header = headerBytes(source);
    // Several formats begin with small numbers: the brace and the length together are what tells.
    return header >= 2 && LENGTH_BYTES + header <= source.size && source.read(LENGTH_BYTES, 1)[0] === OPEN_BRACE;
  },
  read: readSafetensors,
};

function headerBytes(source: ByteSource): number {
  const bytes = source.read(0, LENGTH_BYTES);
  return Number(new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true));
}

function readSafetensors(source: ByteSource): Model {
  const length = source.size < LENGTH_BYTES ? 0 : headerBytes(source);
  if (length > MAX_HEADER_BYTES) throw damaged(source, `its header claims ${length} bytes`);
  if (LENGTH_BYTES + length > source.size) {
    throw new ModelError(
      'truncated',
      `${source.name} ends early: its header has ${length} bytes, the file ${source.size}.`,
    );
  }
  const header = parseHeader(source, length);
  const { __metadata__: texts = {}, ...entries } = header;
  const tensors = Object.entries(entries).map(([name, entry]) => tensorOf(source, name, entry, LENGTH_BYTES + length));
  tensors.sort((a, b) => a.offset - b.offset);
  const metadata = isRecord(texts) ? Object.entries(texts).map(([name, value]) => metadataOf(name, value)) : [];
  return containerModel(source, { format: 'safetensors', formatVersion: 'safetensors', metadata, notes: [] }, tensors);
}

function parseHeader(source: ByteSource, length: number): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(source.read(LENGTH_BYTES, length)));
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw damaged(source, 'its header is no JSON');
  }
  if (!isRecord(header)) throw damaged(source, 'its header is no JSON object');
  return header;
}

function tensorOf(source: ByteSource, name: string, entry: unknown, dataStart: number): StoredTensor {
  if (!isRecord(entry)) throw damaged(source, `tensor "${name}" is not described`);
  const { dtype: type, shape, data_offsets: offsets } = entry;
  if (!isCounts(shape) || shape.length > MAX_RANK) throw damaged(source, `tensor "${name}" has no usable shape`);
  const [begin, end] = isCounts(offsets) && offsets.length === 2 ? offsets : [];
  if (begin === undefined || end === undefined || end < begin) {
    throw damaged(source, `tensor "${name}" has no place in the file`);
  }
  if (dataStart + end > source.size) {
    throw new ModelError(
      'truncated',
      `${source.name} ends early: tensor "${name}" goes to byte ${dataStart + end} of ${source.size}.`,
    );
  }
  const dtype = dtypes.get(typeof type === 'string' ? type : '') ?? 'unknown';
  checkBytes(source, name, dtype, shape, end - begin);
  return { name, dtype, shape, offset: dataStart + begin, byteLength: end - begin };
}

function checkBytes(source: ByteSource, name: string, dtype: DType, shape: readonly number[], stored: number): void {
  const needed = (shape.reduce((product, dim) => product * dim, 1) * bitsOf(dtype)) / 8;
  if (dtype === 'unknown' || needed === stored) return;
  throw damaged(source, `tensor "${name}" has ${stored} bytes where its shape needs ${needed}`);
}

function metadataOf(name: string, value: unknown): ModelMetadata {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const byteLength = new TextEncoder().encode(text).byteLength;
  return { name, byteLength, text: text.length <= MAX_TEXT ? text : null };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}

function damaged(source: ByteSource, what: string): ModelError {
  return new ModelError('corrupt', `${source.name} is damaged: ${what}.`);
}
