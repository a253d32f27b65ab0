import type { DType } from '../../ir/dtype';
import type { Dim, Shape } from '../../ir/shape';
import { formatShape } from '../../ir/shape';
import { DIMENSION, ELEMENT_TYPE, MAP_TYPE, SHAPE, TENSOR_TYPE, TYPE, VALUE_INFO, dtypeOf } from './onnxFields';
import type { Parse } from './parse';
import type { ProtoCursor } from './protobuf/protoCursor';

/** A TypeProto. Only plain tensors have a dtype and shape of their own; the others are told as text. */
export interface TypeRecord {
  readonly dtype: DType;
  readonly shape: Shape | null;
  /** True for a plain tensor. */
  readonly isTensor: boolean;
  /** `tensor(float32, 1×3)`, `sequence(tensor(int64))`. */
  readonly text: string;
}

/** A ValueInfoProto. */
export interface ValueRecord {
  readonly name: string;
  readonly type: TypeRecord;
}

const UNTYPED: TypeRecord = { dtype: 'unknown', shape: null, isTensor: true, text: 'any type' };

const KNOWN_VALUE_FIELDS: ReadonlySet<number> = new Set(Object.values(VALUE_INFO));

export function parseValueInfo(parse: Parse, cursor: ProtoCursor): ValueRecord {
  let name = '';
  let type = UNTYPED;
  while (cursor.next()) {
    if (cursor.field === VALUE_INFO.name) name = cursor.text();
    else if (cursor.field === VALUE_INFO.type) type = parseType(parse, cursor.message());
    else if (!KNOWN_VALUE_FIELDS.has(cursor.field)) parse.unknownFields++;
  }
  return { name, type };
}

/** Recursion is bounded by the cursor's own limit on nested messages. */
export function parseType(parse: Parse, cursor: ProtoCursor): TypeRecord {
  let type = UNTYPED;
  while (cursor.next()) {
    switch (cursor.field) {
      case TYPE.tensorType:
        type = parseTensorType(parse, cursor.message());
        break;
      case TYPE.sparseTensorType: {
        const dense = parseTensorType(parse, cursor.message());
        type = { ...dense, isTensor: false, text: `sparse ${dense.text}` };
        break;
      }
      case TYPE.sequenceType:
        type = wrapped('sequence', parseElement(parse, cursor.message(), ELEMENT_TYPE.elemType));
        break;
      case TYPE.optionalType:
        type = wrapped('optional', parseElement(parse, cursor.message(), ELEMENT_TYPE.elemType));
        break;
      case TYPE.mapType:
        type = wrapped('map', parseElement(parse, cursor.message(), MAP_TYPE.valueType));
        break;
      case TYPE.opaqueType:
        type = { dtype: 'unknown', shape: null, isTensor: false, text: 'opaque type' };
        break;
      case TYPE.denotation:
        break;
      default:
        parse.unknownFields++;
    }
  }
  return type;
}

function wrapped(kind: string, element: TypeRecord): TypeRecord {
  return { dtype: 'unknown', shape: null, isTensor: false, text: `${kind}(${element.text})` };
}

function parseElement(parse: Parse, cursor: ProtoCursor, elementField: number): TypeRecord {
  let element = UNTYPED;
  while (cursor.next()) {
    if (cursor.field === elementField && cursor.wire === 'bytes') element = parseType(parse, cursor.message());
  }
  return element;
}

function parseTensorType(parse: Parse, cursor: ProtoCursor): TypeRecord {
  let dtype: DType = 'unknown';
  let shape: Shape | null = null;
  while (cursor.next()) {
    if (cursor.field === TENSOR_TYPE.elemType) dtype = dtypeOf(cursor.number());
    else if (cursor.field === TENSOR_TYPE.shape) shape = parseShape(parse, cursor.message());
    else parse.unknownFields++;
  }
  return { dtype, shape, isTensor: true, text: `tensor(${dtype}${shape ? `, ${formatShape(shape)}` : ''})` };
}

function parseShape(parse: Parse, cursor: ProtoCursor): Shape {
  const dims: Dim[] = [];
  while (cursor.next()) {
    if (cursor.field === SHAPE.dim) dims.push(parseDimension(cursor.message()));
    else parse.unknownFields++;
  }
  return dims;
}

function parseDimension(cursor: ProtoCursor): Dim {
  let dim: Dim = null;
  while (cursor.next()) {
    if (cursor.field === DIMENSION.value) {
      const value = cursor.number();
      // Exporters of old wrote -1 for a dimension they did not know.
      dim = value >= 0 && Number.isSafeInteger(value) ? value : null;
    } else if (cursor.field === DIMENSION.param) {
      const symbol = cursor.text();
      dim = symbol === '' ? null : symbol;
    }
  }
  return dim;
}
