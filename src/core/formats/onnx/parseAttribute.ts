import type { AttributeValue } from '../../ir/attributes';
import { elementReader } from '../../ir/decode';
import { bitsOf } from '../../ir/dtype';
import { ModelError } from '../../ir/errors';
import { formatShape } from '../../ir/shape';
import { ATTRIBUTE, ATTRIBUTE_TYPE } from './onnxFields';
import type { Parse } from './parse';
import type { SparseRecord, TensorRecord } from './parseTensor';
import { parseSparse, parseTensor } from './parseTensor';
import { TensorConstant } from './tensorConstant';
import { parseType } from './parseType';
import type { ProtoCursor } from './protobuf/protoCursor';
import { ProtoRange } from './protoRange';

/** An AttributeProto with everything that may be in it. */
export interface AttributeRecord {
  readonly name: string;
  /** AttributeProto.AttributeType; told from the fields present in files of IR version 1. */
  readonly type: number;
  /** What the IR shows; null where graphs have to be numbered first. */
  readonly value: AttributeValue;
  readonly tensor: TensorRecord | null;
  readonly sparse: SparseRecord | null;
  readonly graphs: readonly ProtoRange[];
}

interface Fields {
  name: string;
  type: number;
  reference: string;
  seenType: number;
  float: number;
  int: number | bigint;
  string: string | Uint8Array;
  tensor: TensorRecord | null;
  sparse: SparseRecord | null;
  /** Lists are made when the first element comes: most attributes have none. */
  floats: number[] | null;
  ints: (number | bigint)[] | null;
  strings: string[] | null;
  texts: string[] | null;
  graphs: ProtoRange[] | null;
}

const NO_GRAPHS: readonly ProtoRange[] = [];

const strictDecoder = new TextDecoder('utf-8', { fatal: true });
const looseDecoder = new TextDecoder();

export function parseAttribute(parse: Parse, cursor: ProtoCursor): AttributeRecord {
  const fields: Fields = {
    name: '',
    type: 0,
    reference: '',
    seenType: 0,
    float: 0,
    int: 0,
    string: '',
    tensor: null,
    sparse: null,
    floats: null,
    ints: null,
    strings: null,
    texts: null,
    graphs: null,
  };
  while (cursor.next()) {
    if (!parseHead(fields, cursor) && !parseSingle(parse, fields, cursor) && !parseList(parse, fields, cursor)) {
      parse.unknownFields++;
    }
  }
  const type = fields.type === 0 ? fields.seenType : fields.type;
  const { name, tensor, sparse } = fields;
  const graphs = fields.graphs ?? NO_GRAPHS;
  return { name, type, value: valueOf(type, fields), tensor, sparse, graphs };
}

function listOf<T>(list: T[] | null): T[] {
  return list ?? [];
}

function appended<T>(list: T[] | null, value: T): T[] {
  const all = listOf(list);
  all.push(value);
  return all;
}

function intoList<T>(list: T[]): (value: T) => void {
  return (value) => {
    list.push(value);
  };
}

function parseHead(fields: Fields, cursor: ProtoCursor): boolean {
  switch (cursor.field) {
    case ATTRIBUTE.name:
      fields.name = cursor.text();
      return true;
    case ATTRIBUTE.type:
      fields.type = cursor.number();
      return true;
    case ATTRIBUTE.refAttrName:
      fields.reference = cursor.text();
      return true;
    default:
      return cursor.field === ATTRIBUTE.docString;
  }
}

function parseSingle(parse: Parse, fields: Fields, cursor: ProtoCursor): boolean {
  switch (cursor.field) {
    case ATTRIBUTE.f:
      fields.float = cursor.float();
      fields.seenType = ATTRIBUTE_TYPE.float;
      return true;
    case ATTRIBUTE.i:
      fields.int = cursor.int();
      fields.seenType = ATTRIBUTE_TYPE.int;
      return true;
    case ATTRIBUTE.s:
      fields.string = textOrBytes(cursor.bytes());
      fields.seenType = ATTRIBUTE_TYPE.string;
      return true;
    case ATTRIBUTE.t:
      fields.tensor = parseTensor(parse, cursor);
      fields.seenType = ATTRIBUTE_TYPE.tensor;
      return true;
    case ATTRIBUTE.g:
      fields.graphs = appended(fields.graphs, ProtoRange.ofField('GraphProto', cursor));
      fields.seenType = ATTRIBUTE_TYPE.graph;
      return true;
    case ATTRIBUTE.sparseTensor:
      fields.sparse = parseSparse(parse, cursor);
      fields.seenType = ATTRIBUTE_TYPE.sparseTensor;
      return true;
    case ATTRIBUTE.typeProto:
      fields.texts = appended(fields.texts, parseType(parse, cursor.message()).text);
      fields.seenType = ATTRIBUTE_TYPE.typeProto;
      return true;
    default:
      return false;
  }
}

function parseList(parse: Parse, fields: Fields, cursor: ProtoCursor): boolean {
  switch (cursor.field) {
    case ATTRIBUTE.floats:
      fields.floats = listOf(fields.floats);
      cursor.eachFloat(intoList(fields.floats));
      fields.seenType = ATTRIBUTE_TYPE.floats;
      return true;
    case ATTRIBUTE.ints:
      fields.ints = listOf(fields.ints);
      cursor.eachVarint(intoList(fields.ints));
      fields.seenType = ATTRIBUTE_TYPE.ints;
      return true;
    case ATTRIBUTE.strings:
      fields.strings = appended(fields.strings, cursor.text());
      fields.seenType = ATTRIBUTE_TYPE.strings;
      return true;
    case ATTRIBUTE.tensors:
      fields.texts = appended(fields.texts, describeTensor(parseTensor(parse, cursor)));
      fields.seenType = ATTRIBUTE_TYPE.tensors;
      return true;
    case ATTRIBUTE.sparseTensors:
      fields.texts = appended(fields.texts, describeSparse(parseSparse(parse, cursor)));
      fields.seenType = ATTRIBUTE_TYPE.sparseTensors;
      return true;
    case ATTRIBUTE.graphs:
      fields.graphs = appended(fields.graphs, ProtoRange.ofField('GraphProto', cursor));
      fields.seenType = ATTRIBUTE_TYPE.graphs;
      return true;
    case ATTRIBUTE.typeProtos:
      fields.texts = appended(fields.texts, parseType(parse, cursor.message()).text);
      fields.seenType = ATTRIBUTE_TYPE.typeProtos;
      return true;
    default:
      return false;
  }
}

const VALUES: ReadonlyMap<number, (fields: Fields) => AttributeValue> = new Map<
  number,
  (fields: Fields) => AttributeValue
>([
  [ATTRIBUTE_TYPE.float, (fields) => fields.float],
  [ATTRIBUTE_TYPE.int, (fields) => fields.int],
  [ATTRIBUTE_TYPE.string, (fields) => fields.string],
  [ATTRIBUTE_TYPE.floats, (fields) => fields.floats ?? []],
  [ATTRIBUTE_TYPE.ints, (fields) => fields.ints ?? []],
  [ATTRIBUTE_TYPE.strings, (fields) => fields.strings ?? []],
  [ATTRIBUTE_TYPE.tensor, ({ tensor }) => tensor && { tensor: tensorValue(tensor) }],
  [ATTRIBUTE_TYPE.sparseTensor, ({ sparse }) => sparse && { text: describeSparse(sparse) }],
  [ATTRIBUTE_TYPE.tensors, (fields) => ({ text: (fields.texts ?? []).join(', ') })],
  [ATTRIBUTE_TYPE.sparseTensors, (fields) => ({ text: (fields.texts ?? []).join(', ') })],
  [ATTRIBUTE_TYPE.typeProto, (fields) => ({ text: (fields.texts ?? []).join(', ') })],
  [ATTRIBUTE_TYPE.typeProtos, (fields) => ({ text: (fields.texts ?? []).join(', ') })],
]);

function valueOf(type: number, fields: Fields): AttributeValue {
  if (fields.reference !== '') return { text: `attribute ${fields.reference} of the function` };
  return VALUES.get(type)?.(fields) ?? null;
}

/** What a node says with one number is part of what it says: the fill of ConstantOfShape, a scalar Constant. */
function tensorValue(tensor: TensorRecord): Extract<AttributeValue, { readonly tensor: unknown }>['tensor'] {
  const { dtype, shape, external } = tensor;
  const isOne = !external && bitsOf(dtype) > 0 && shape.every((dim) => dim === 1);
  const value = isOne ? oneElement(tensor) : undefined;
  return value === undefined ? { dtype, shape } : { dtype, shape, value };
}

function oneElement(tensor: TensorRecord): number | undefined {
  try {
    return elementReader(new TensorConstant(tensor).read(), tensor.dtype)?.(0);
  } catch (error) {
    // The data of a damaged constant is refused when it is looked at; the file opens.
    if (error instanceof ModelError && error.reason !== 'gone') return undefined;
    throw error;
  }
}

function describeTensor(tensor: TensorRecord): string {
  return `${tensor.dtype} ${formatShape(tensor.shape)}`;
}

function describeSparse(sparse: SparseRecord): string {
  return `sparse ${sparse.values.dtype} ${formatShape(sparse.shape)}`;
}

function textOrBytes(bytes: Uint8Array): string | Uint8Array {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    // Some attributes hold serialized engines or pickles rather than text.
    return bytes.slice();
  }
}

/** Text for messages and lookups, whatever the bytes. */
export function asText(value: AttributeValue | undefined): string | null {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? looseDecoder.decode(value) : null;
}
