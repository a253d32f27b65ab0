import type { DType } from '../../ir/dtype';
import type { Tensor } from '../../ir/tensor';

/** Element arrays whose elements are JavaScript numbers. */
export type NumberArray =
  Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

export type ElementArray = NumberArray | BigInt64Array | BigUint64Array;

interface ArrayType {
  readonly bytes: number;
  view(buffer: ArrayBufferLike, offset: number, count: number): ElementArray;
}

const ARRAY_TYPES: Partial<Readonly<Record<DType, ArrayType>>> = {
  int8: { bytes: 1, view: (buffer, offset, count) => new Int8Array(buffer, offset, count) },
  int4: { bytes: 1, view: (buffer, offset, count) => new Int8Array(buffer, offset, count) },
  uint8: { bytes: 1, view: (buffer, offset, count) => new Uint8Array(buffer, offset, count) },
  bool: { bytes: 1, view: (buffer, offset, count) => new Uint8Array(buffer, offset, count) },
  int16: { bytes: 2, view: (buffer, offset, count) => new Int16Array(buffer, offset, count) },
  uint16: { bytes: 2, view: (buffer, offset, count) => new Uint16Array(buffer, offset, count) },
  int32: { bytes: 4, view: (buffer, offset, count) => new Int32Array(buffer, offset, count) },
  resource: { bytes: 4, view: (buffer, offset, count) => new Int32Array(buffer, offset, count) },
  uint32: { bytes: 4, view: (buffer, offset, count) => new Uint32Array(buffer, offset, count) },
  float32: { bytes: 4, view: (buffer, offset, count) => new Float32Array(buffer, offset, count) },
  float64: { bytes: 8, view: (buffer, offset, count) => new Float64Array(buffer, offset, count) },
  int64: { bytes: 8, view: (buffer, offset, count) => new BigInt64Array(buffer, offset, count) },
  uint64: { bytes: 8, view: (buffer, offset, count) => new BigUint64Array(buffer, offset, count) },
};

/** Bytes of one element in memory, int4 unpacked to a byte; null for types that the engine does not hold. */
export function elementBytes(dtype: DType): number | null {
  return ARRAY_TYPES[dtype]?.bytes ?? null;
}

/** Elements over a buffer; the offset must be a multiple of their size. Null for types that the engine does not hold. */
export function viewElements(
  dtype: DType,
  buffer: ArrayBufferLike,
  offset: number,
  count: number,
): ElementArray | null {
  return ARRAY_TYPES[dtype]?.view(buffer, offset, count) ?? null;
}

/** A piece of memory that may move while a session is prepared: ask for the views when a run starts. */
export interface Storage {
  readonly byteLength: number;
  /** Byte offset in the memory shared with the fast kernels; 0 in plain memory. */
  readonly address: number;
  readonly buffer: ArrayBufferLike;
}

/** Where a session's tensors lie. */
export interface StorageSource {
  /** Zeroed, aligned to 16 bytes; for a tensor, where it says whose. */
  allocate(byteLength: number, tensor?: Tensor): Storage;
}

/** Plain memory, one buffer a tensor. */
export const plainStorage: StorageSource = {
  allocate: (byteLength) => ({ byteLength, address: 0, buffer: new ArrayBuffer(byteLength) }),
};
