import { elementReader } from '../ir/decode';
import { bitsOf, bytesOf, type DType } from '../ir/dtype';
import { ModelError } from '../ir/errors';
import type { TensorValue } from '../ports/executor';

/** An array read from a data file: numbers in row-major order, with the element type its file had. */
export interface RealArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: Float64Array | Float32Array;
}

type Writer = (view: DataView, offset: number, value: number) => void;

const WRITERS: Partial<Record<DType, Writer>> = {
  float64: (view, at, value) => view.setFloat64(at, value, true),
  float32: (view, at, value) => view.setFloat32(at, value, true),
  float16: (view, at, value) => view.setUint16(at, numberToHalf(value), true),
  int64: (view, at, value) => view.setBigInt64(at, BigInt(Math.round(value)), true),
  int32: (view, at, value) => view.setInt32(at, Math.round(value), true),
  uint32: (view, at, value) => view.setUint32(at, Math.round(value), true),
  int16: (view, at, value) => view.setInt16(at, clampRound(value, -32768, 32767), true),
  uint16: (view, at, value) => view.setUint16(at, clampRound(value, 0, 65535), true),
  int8: (view, at, value) => view.setInt8(at, clampRound(value, -128, 127)),
  uint8: (view, at, value) => view.setUint8(at, clampRound(value, 0, 255)),
  bool: (view, at, value) => view.setUint8(at, value ? 1 : 0),
};

/** Numbers of little-endian bytes. Throws ModelError `unsupported-dtype` for types that are no plain numbers. */
export function readReals(dtype: DType, bytes: Uint8Array): Float64Array | Float32Array {
  const count = Math.floor((bytes.byteLength * 8) / bitsOf(dtype));
  if (dtype === 'float32' && bytes.byteOffset % 4 === 0) return new Float32Array(bytes.buffer, bytes.byteOffset, count);
  const at = elementReader(bytes, dtype);
  if (!at) throw new ModelError('unsupported-dtype', `Values of type ${dtype} cannot be read as numbers.`);
  const values = dtype === 'float32' ? new Float32Array(count) : new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = at(i);
  return values;
}

/** The value as a model's input takes it; integers are rounded and clamped to what the type holds. */
export function toTensorValue(dtype: DType, shape: readonly number[], values: ArrayLike<number>): TensorValue {
  const write = WRITERS[dtype];
  if (!write)
    throw new ModelError('unsupported-dtype', `A model input of type ${dtype} cannot be fed from data files.`);
  const size = bytesOf(dtype, 1);
  const data = new Uint8Array(values.length * size);
  const view = new DataView(data.buffer);
  for (let i = 0; i < values.length; i++) write(view, i * size, values[i]!);
  return { dtype, shape, data };
}

function clampRound(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Math.round(value)));
}

/** The nearest binary16, ties to even; above the range it is infinity. */
export function numberToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  const exponent = size < 2 ** -14 ? -14 : Math.min(15, Math.floor(Math.log2(size)));
  const mantissa = roundHalfEven(size / 2 ** (exponent - 10));
  // A subnormal has the exponent field 0; a mantissa that rounded up to 2048 carries into the exponent by itself.
  return sign | (size < 2 ** -14 ? mantissa : ((exponent + 15) << 10) + (mantissa - 1024));
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
