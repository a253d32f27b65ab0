import type { DType } from '../../../ir/dtype';
import { tensorTypes } from './enums';

/** TensorType by value, in the words of the IR. */
const dtypes: readonly DType[] = [
  'float32',
  'float16',
  'int32',
  'uint8',
  'int64',
  'string',
  'bool',
  'int16',
  'complex64',
  'int8',
  'float64',
  'complex128',
  'uint64',
  'resource',
  'variant',
  'uint32',
  'uint16',
  'int4',
  'bfloat16',
  'int2',
  'uint4',
  'float8e4m3fn',
  'float8e5m2',
];

const byName: ReadonlyMap<unknown, DType> = new Map(tensorTypes.map((name, value) => [name, dtypes[value]!]));

/** `FLOAT32` as `float32`; `unknown` for a type younger than the table. */
export function dtypeOf(tensorType: unknown): DType {
  return byName.get(tensorType) ?? 'unknown';
}

/** The schema's name of an element type; undefined for types TFLite has not. */
export function tensorTypeOf(dtype: DType): string | undefined {
  return tensorTypes[dtypes.indexOf(dtype)];
}
