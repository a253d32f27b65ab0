import type { DType } from '../../ir/dtype';
import { bytesOf } from '../../ir/dtype';
import { ModelError } from '../../ir/errors';
import { SPARSE_TENSOR, TENSOR, dtypeOf } from './onnxFields';
import type { Parse } from './parse';
import { parseEntry } from './parse';
import type { ProtoCursor } from './protobuf/protoCursor';
import { ProtoRange } from './protoRange';

/** No operator works on more dimensions than a handful; a longer list is damage. */
const MAX_RANK = 64;

/** Where the bytes of a TensorProto are when they are in another file. */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  /** Null: to the end of what the shape needs. */
  readonly length: number | null;
}

/** A TensorProto, its data only as places in the file. */
export interface TensorRecord {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly range: ProtoRange;
  /** Where raw_data lies, if the tensor has it. */
  readonly raw: { readonly offset: number; readonly length: number } | null;
  /** Bytes of all typed data fields as they are encoded, and the number of the field they are in. */
  readonly typed: { readonly field: number; readonly storedBytes: number } | null;
  readonly external: ExternalData | null;
}

/** A SparseTensorProto: the values that are not zero, and where they stand. */
export interface SparseRecord {
  readonly values: TensorRecord;
  readonly indices: TensorRecord | null;
  readonly shape: readonly number[];
}

const TYPED_FIELDS: ReadonlySet<number> = new Set([
  TENSOR.floatData,
  TENSOR.int32Data,
  TENSOR.stringData,
  TENSOR.int64Data,
  TENSOR.doubleData,
  TENSOR.uint64Data,
]);

const KNOWN_FIELDS: ReadonlySet<number> = new Set(Object.values(TENSOR));

const NO_ENTRIES: ReadonlyMap<string, string> = new Map();

/** Reads the TensorProto that is the cursor's current field. Its data is passed over. */
export function parseTensor(parse: Parse, field: ProtoCursor): TensorRecord {
  const range = ProtoRange.ofField('TensorProto', field);
  const cursor = field.message();
  let dims = NO_DIMS;
  let entries: Map<string, string> | null = null;
  let name = '';
  let dataType = 0;
  let isExternal = false;
  let raw: TensorRecord['raw'] = null;
  let typed: TypedData | null = null;
  while (cursor.next()) {
    switch (cursor.field) {
      case TENSOR.dims:
        dims = withDims(parse, dims, cursor);
        break;
      case TENSOR.dataType:
        dataType = cursor.number();
        break;
      case TENSOR.name:
        name = cursor.text();
        break;
      case TENSOR.rawData:
        raw = { offset: cursor.offset, length: cursor.length };
        break;
      case TENSOR.externalData:
        entries = withEntry(entries, cursor);
        break;
      case TENSOR.dataLocation:
        isExternal = cursor.number() === 1;
        break;
      default:
        typed = otherField(parse, typed, cursor);
    }
  }
  const shape = checkedShape(parse, dims, name);
  return {
    name,
    dtype: dtypeOf(dataType),
    shape,
    range,
    raw,
    typed,
    external: isExternal ? externalOf(entries ?? NO_ENTRIES) : null,
  };
}

/** Reads the SparseTensorProto that is the cursor's current field. */
export function parseSparse(parse: Parse, field: ProtoCursor): SparseRecord {
  const cursor = field.message();
  let values: TensorRecord | null = null;
  let indices: TensorRecord | null = null;
  let dims = NO_DIMS;
  while (cursor.next()) {
    if (cursor.field === SPARSE_TENSOR.values) values = parseTensor(parse, cursor);
    else if (cursor.field === SPARSE_TENSOR.indices) indices = parseTensor(parse, cursor);
    else if (cursor.field === SPARSE_TENSOR.dims) dims = withDims(parse, dims, cursor);
    else parse.unknownFields++;
  }
  if (!values) throw new ModelError('corrupt', `${parse.source.name} is damaged: a sparse tensor has no values.`);
  return { values, indices, shape: checkedShape(parse, dims, values.name) };
}

function product(elements: number, dim: number): number {
  return elements * dim;
}

/** Elements of a record's shape. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce(product, 1);
}

/** Bytes the dense, packed tensor takes; 0 where an element has no fixed size. */
export function denseBytes(record: TensorRecord): number {
  return bytesOf(record.dtype, elementsOf(record.shape));
}

const NO_DIMS: readonly number[] = [];

/** Gathers the numbers of one field; the shape is a copy of the right size. */
const newDims: number[] = [];

function withDims(parse: Parse, dims: readonly number[], cursor: ProtoCursor): readonly number[] {
  let rank = dims.length;
  dims.forEach((dim, axis) => (newDims[axis] = dim));
  cursor.eachVarint((value) => {
    const dim = Number(value);
    if (dim < 0 || rank >= MAX_RANK) {
      throw new ModelError(
        'corrupt',
        `${parse.source.name} is damaged: a tensor has ${dim < 0 ? 'a negative' : 'too many'} dimensions.`,
      );
    }
    newDims[rank++] = dim;
  });
  return newDims.slice(0, rank);
}

function checkedShape(parse: Parse, dims: readonly number[], name: string): readonly number[] {
  // 16 bytes is the widest element (complex128): beyond this, byte counts are no longer exact.
  if (elementsOf(dims) * 16 > Number.MAX_SAFE_INTEGER) {
    throw new ModelError(
      'too-large',
      `${parse.source.name}: the shape of tensor "${name}" (${dims.join('×')}) is too large.`,
    );
  }
  return dims;
}

interface TypedData {
  field: number;
  storedBytes: number;
}

/** Typed data is counted, and a field of no number that is known. */
function otherField(parse: Parse, typed: TypedData | null, { field, length }: ProtoCursor): TypedData | null {
  if (!TYPED_FIELDS.has(field)) {
    if (!KNOWN_FIELDS.has(field)) parse.unknownFields++;
    return typed;
  }
  const all = typed ?? { field, storedBytes: 0 };
  all.field = field;
  all.storedBytes += length;
  return all;
}

/** Most tensors have no entry: the first one makes the map. */
function withEntry(entries: Map<string, string> | null, field: ProtoCursor): Map<string, string> {
  const { key, value } = parseEntry(field.message());
  return (entries ?? new Map<string, string>()).set(key, value);
}

function externalOf(entries: ReadonlyMap<string, string>): ExternalData {
  const length = entries.get('length');
  return {
    location: entries.get('location') ?? '',
    offset: byteCount(entries.get('offset') ?? '0'),
    length: length === undefined ? null : byteCount(length),
  };
}

/** NaN for what is no count: `read` then reports the range as outside the file. */
function byteCount(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}
