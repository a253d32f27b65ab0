import { zipSync } from 'fflate';
import { isFloat, type DType } from '../ir/dtype';
import type { TensorValue } from '../ports/executor';
import { npyHeader } from './npy';
import { readReals, toTensorValue } from './reals';

/** A date that is the same for everybody: the archive's bytes depend on the tensors alone. */
const EPOCH = new Date(1980, 0, 1);

/** Types of numpy by the type of the tensor; the others become the nearest of these that holds every value. */
const DESCRIPTIONS: Partial<Readonly<Record<DType, string>>> = {
  float64: '<f8',
  float32: '<f4',
  float16: '<f2',
  int64: '<i8',
  int32: '<i4',
  int16: '<i2',
  int8: '|i1',
  uint64: '<u8',
  uint32: '<u4',
  uint16: '<u2',
  uint8: '|u1',
  bool: '|b1',
};

/**
 * A numpy archive of named tensors, uncompressed as `numpy.savez` writes it. bfloat16 and 8-bit floats become float32,
 * sub-byte integers int8 or uint8. Throws ModelError `unsupported-dtype` for what is no number.
 */
export function writeNpz(tensors: Iterable<readonly [name: string, value: TensorValue]>): Uint8Array {
  const files: Record<string, [Uint8Array, { level: 0; mtime: Date }]> = {};
  for (const [name, value] of tensors) files[`${name}.npy`] = [encodeNpy(value), { level: 0, mtime: EPOCH }];
  return zipSync(files);
}

function encodeNpy(value: TensorValue): Uint8Array {
  const { dtype, shape, data } = plain(value);
  const header = npyHeader(DESCRIPTIONS[dtype]!, shape);
  const bytes = new Uint8Array(header.length + data.length);
  bytes.set(header);
  bytes.set(data, header.length);
  return bytes;
}

function plain(value: TensorValue): TensorValue {
  if (value.dtype in DESCRIPTIONS) return value;
  const dtype = isFloat(value.dtype) ? 'float32' : value.dtype.startsWith('u') ? 'uint8' : 'int8';
  const count = value.shape.reduce((product, dim) => product * dim, 1);
  return toTensorValue(dtype, value.shape, readReals(value.dtype, value.data).subarray(0, count));
}
