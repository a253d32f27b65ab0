import { bitsOf, bytesOf, isFloat, isInteger, type DType } from './dtype';
import { ModelError } from './errors';
import type { Quantization } from './quantization';
import { elementCount, isStatic, type StaticShape } from './shape';
import type { Tensor } from './tensor';

/** Reads element `index` of packed little-endian bytes as a number. 64-bit integers round to the nearest double. */
export type ElementReader = (index: number) => number;

/** Maps the index of a stored element to the real value that it stands for. */
export interface RealReader {
  readonly count: number;
  readonly at: ElementReader;
}

type SmallFloat = 'float8e4m3fn' | 'float8e4m3fnuz' | 'float8e5m2' | 'float8e5m2fnuz' | 'float8e8m0' | 'float4e2m1';

interface SmallFloatFormat {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  /** How infinities and NaN are coded (ONNX, "Float stored in 8 bits"; OCP Microscaling Formats 1.0 for e8m0 and e2m1). */
  readonly special: 'ieee' | 'fn' | 'fnuz' | 'none';
}

const SMALL_FLOATS: Readonly<Record<Exclude<SmallFloat, 'float8e8m0'>, SmallFloatFormat>> = {
  float8e4m3fn: { exponentBits: 4, mantissaBits: 3, bias: 7, special: 'fn' },
  float8e4m3fnuz: { exponentBits: 4, mantissaBits: 3, bias: 8, special: 'fnuz' },
  float8e5m2: { exponentBits: 5, mantissaBits: 2, bias: 15, special: 'ieee' },
  float8e5m2fnuz: { exponentBits: 5, mantissaBits: 2, bias: 16, special: 'fnuz' },
  float4e2m1: { exponentBits: 2, mantissaBits: 1, bias: 1, special: 'none' },
};

function specialValue(format: SmallFloatFormat, code: number, exponent: number, mantissa: number): number | null {
  const topExponent = (1 << format.exponentBits) - 1;
  switch (format.special) {
    case 'ieee':
      return exponent === topExponent ? (mantissa === 0 ? Infinity : NaN) : null;
    case 'fn':
      return exponent === topExponent && mantissa === (1 << format.mantissaBits) - 1 ? NaN : null;
    case 'fnuz':
      return code === 0x80 ? NaN : null;
    case 'none':
      return null;
  }
}

function smallFloatValue(format: SmallFloatFormat, code: number): number {
  const mantissa = code & ((1 << format.mantissaBits) - 1);
  const exponent = (code >> format.mantissaBits) & ((1 << format.exponentBits) - 1);
  const sign = (code >> (format.mantissaBits + format.exponentBits)) & 1 ? -1 : 1;
  const special = specialValue(format, code, exponent, mantissa);
  if (special !== null) return sign * special;
  const fraction = mantissa / (1 << format.mantissaBits);
  return exponent === 0
    ? sign * fraction * 2 ** (1 - format.bias)
    : sign * (1 + fraction) * 2 ** (exponent - format.bias);
}

function smallFloatTable(dtype: SmallFloat): Float64Array {
  const table = new Float64Array(1 << bitsOf(dtype));
  for (let code = 0; code < table.length; code += 1) {
    if (dtype === 'float8e8m0') table[code] = code === 0xff ? NaN : 2 ** (code - 127);
    else table[code] = smallFloatValue(SMALL_FLOATS[dtype], code);
  }
  return table;
}

/** IEEE 754 binary16 to a number. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

function nibbleAt(bytes: Uint8Array, index: number): number {
  return (bytes[index >> 1]! >> ((index & 1) * 4)) & 0xf;
}

function crumbAt(bytes: Uint8Array, index: number): number {
  return (bytes[index >> 2]! >> ((index & 3) * 2)) & 0x3;
}

function subByteReader(bytes: Uint8Array, dtype: DType): ElementReader | null {
  switch (dtype) {
    case 'int4':
      return (index) => (nibbleAt(bytes, index) << 28) >> 28;
    case 'uint4':
      return (index) => nibbleAt(bytes, index);
    case 'int2':
      return (index) => (crumbAt(bytes, index) << 30) >> 30;
    case 'uint2':
      return (index) => crumbAt(bytes, index);
    case 'float4e2m1': {
      const table = smallFloatTable(dtype);
      return (index) => table[nibbleAt(bytes, index)]!;
    }
    default:
      return null;
  }
}

function byteReader(bytes: Uint8Array, dtype: DType): ElementReader | null {
  switch (dtype) {
    case 'uint8':
      return (index) => bytes[index]!;
    case 'bool':
      return (index) => (bytes[index] === 0 ? 0 : 1);
    case 'int8':
      return (index) => (bytes[index]! << 24) >> 24;
    case 'float8e4m3fn':
    case 'float8e4m3fnuz':
    case 'float8e5m2':
    case 'float8e5m2fnuz':
    case 'float8e8m0': {
      const table = smallFloatTable(dtype);
      return (index) => table[bytes[index]!]!;
    }
    default:
      return null;
  }
}

function wideReader(bytes: Uint8Array, dtype: DType): ElementReader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const scratch = new DataView(new ArrayBuffer(4));
  switch (dtype) {
    case 'float64':
      return (index) => view.getFloat64(index * 8, true);
    case 'float32':
      return (index) => view.getFloat32(index * 4, true);
    case 'float16':
      return (index) => halfToNumber(view.getUint16(index * 2, true));
    case 'bfloat16':
      return (index) => {
        scratch.setUint32(0, view.getUint16(index * 2, true) << 16);
        return scratch.getFloat32(0);
      };
    case 'int64':
      return (index) => view.getInt32(index * 8 + 4, true) * 2 ** 32 + view.getUint32(index * 8, true);
    case 'uint64':
      return (index) => view.getUint32(index * 8 + 4, true) * 2 ** 32 + view.getUint32(index * 8, true);
    case 'int32':
      return (index) => view.getInt32(index * 4, true);
    case 'uint32':
      return (index) => view.getUint32(index * 4, true);
    case 'int16':
      return (index) => view.getInt16(index * 2, true);
    case 'uint16':
      return (index) => view.getUint16(index * 2, true);
    default:
      return null;
  }
}

/** A reader of packed elements, or null for types that are not one number each (strings, complex, resources). */
export function elementReader(bytes: Uint8Array, dtype: DType): ElementReader | null {
  return subByteReader(bytes, dtype) ?? byteReader(bytes, dtype) ?? wideReader(bytes, dtype);
}

/** Which of `quantization.scales` belongs to element `index` of a tensor of this shape. */
function scaleIndexer(quantization: Quantization, shape: StaticShape): (index: number) => number {
  const { axis, scales, blockSize } = quantization;
  if (axis === null || scales.length <= 1) return () => 0;
  const length = shape[axis] ?? 1;
  const inner = shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  if (blockSize === undefined) return (index) => Math.floor(index / inner) % length;
  const blocks = Math.ceil(length / blockSize);
  return (index) => {
    const along = Math.floor(index / inner) % length;
    const outer = Math.floor(index / (inner * length));
    return (outer * blocks + Math.floor(along / blockSize)) * inner + (index % inner);
  };
}

function refuse(tensor: Tensor, why: string): never {
  throw new ModelError(
    'unsupported-dtype',
    `The values of ${tensor.name || `tensor ${tensor.id}`} cannot be shown: ${why}.`,
  );
}

/**
 * The stored elements of a constant as numbers, before dequantization. Throws ModelError `unsupported-dtype` for
 * strings, complex and sparse data, `corrupt` when the bytes are fewer than the shape needs, and what reading throws.
 */
export function storedValues(tensor: Tensor): RealReader {
  if (!tensor.constant) return refuse(tensor, 'it is not a constant');
  if (tensor.isSparse) return refuse(tensor, 'its data is stored in a sparse form');
  const count = elementCount(tensor.shape);
  if (count === null) return refuse(tensor, 'its shape is not known');
  if (!isFloat(tensor.dtype) && !isInteger(tensor.dtype) && tensor.dtype !== 'bool') {
    return refuse(tensor, `its type is ${tensor.dtype}`);
  }
  const needed = bytesOf(tensor.dtype, count);
  if (tensor.constant.byteLength < needed) {
    throw new ModelError(
      'corrupt',
      `${tensor.name || `Tensor ${tensor.id}`} holds ${tensor.constant.byteLength} bytes where its shape needs ${needed}.`,
    );
  }
  const at = elementReader(tensor.constant.read(), tensor.dtype);
  return at ? { count, at } : refuse(tensor, `its type is ${tensor.dtype}`);
}

/** The real values of a constant: real = scale * (stored - zeroPoint) where it is quantized. Throws as storedValues. */
export function realValues(tensor: Tensor): RealReader {
  const { count, at } = storedValues(tensor);
  const { quantization, shape } = tensor;
  if (!quantization || quantization.scales.length === 0 || !isInteger(tensor.dtype) || !isStatic(shape)) {
    return { count, at };
  }
  const { scales, zeroPoints } = quantization;
  if (scales.length === 1) {
    const scale = scales[0]!;
    const zeroPoint = zeroPoints[0] ?? 0;
    return { count, at: (index) => scale * (at(index) - zeroPoint) };
  }
  const scaleIndex = scaleIndexer(quantization, shape);
  return {
    count,
    at: (index) => {
      const slice = scaleIndex(index);
      return (scales[slice] ?? NaN) * (at(index) - (zeroPoints[slice] ?? 0));
    },
  };
}

/** All real values of a constant, row-major, dequantized. Throws as storedValues. */
export function decodeReals(tensor: Tensor): Float32Array {
  const { count, at } = realValues(tensor);
  const reals = new Float32Array(count);
  for (let index = 0; index < count; index += 1) reals[index] = at(index);
  return reals;
}
