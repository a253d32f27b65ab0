import type { DType } from '../ir/dtype';
import { bytesOf } from '../ir/dtype';
import { ModelError } from '../ir/errors';
import { readReals, type RealArray } from './reals';

// Format: numpy/lib/format.py, "Format Version 1.0 / 2.0 / 3.0".
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const MAX_HEADER_BYTES = 1 << 20;
const MAX_RANK = 32;

const KINDS: Readonly<Record<string, DType>> = {
  f8: 'float64',
  f4: 'float32',
  f2: 'float16',
  i8: 'int64',
  i4: 'int32',
  i2: 'int16',
  i1: 'int8',
  u8: 'uint64',
  u4: 'uint32',
  u2: 'uint16',
  u1: 'uint8',
  b1: 'bool',
};

interface NpyHeader {
  readonly dtype: DType;
  readonly bigEndian: boolean;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  readonly dataOffset: number;
}

export function isNpy(bytes: Uint8Array): boolean {
  return bytes.length >= 10 && MAGIC.every((byte, i) => bytes[i] === byte);
}

/** One numpy array. Throws ModelError `bad-data` with what is wrong with it. */
export function readNpy(bytes: Uint8Array): RealArray {
  const header = readHeader(bytes);
  const count = header.shape.reduce((product, dim) => product * dim, 1);
  const need = bytesOf(header.dtype, count);
  const have = bytes.length - header.dataOffset;
  if (need > have) throw bad(`announces ${need} bytes of numbers but holds ${have}`);
  const data = bytes.slice(header.dataOffset, header.dataOffset + need);
  if (header.bigEndian) swap(data, bytesOf(header.dtype, 1));
  const values = readReals(header.dtype, data);
  return {
    dtype: header.dtype,
    shape: header.shape,
    values: header.fortran && header.shape.length > 1 ? fromFortran(values, header.shape) : values,
  };
}

/** A float32 array in numpy's format, version 1.0. */
export function writeNpy(shape: readonly number[], values: Float32Array): Uint8Array {
  const header = npyHeader('<f4', shape);
  const bytes = new Uint8Array(header.length + values.length * 4);
  bytes.set(header);
  const view = new DataView(bytes.buffer, header.length);
  values.forEach((value, i) => view.setFloat32(i * 4, value, true));
  return bytes;
}

/** What stands before the numbers of a row-major array, version 1.0; `descr` is numpy's name of the element type. */
export function npyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]!},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const total = Math.ceil((10 + text.length + 1) / 64) * 64;
  const words = new TextEncoder().encode(text.padEnd(total - 11) + '\n');
  const header = new Uint8Array(total);
  header.set([...MAGIC, 1, 0, words.length & 255, words.length >> 8]);
  header.set(words, 10);
  return header;
}

function readHeader(bytes: Uint8Array): NpyHeader {
  if (!isNpy(bytes)) throw bad('is no numpy array');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6]! >= 2;
  if (wide && bytes.length < 12) throw bad('ends inside its header');
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const start = wide ? 12 : 10;
  if (length > MAX_HEADER_BYTES || start + length > bytes.length) throw bad('ends inside its header');
  const text = new TextDecoder('utf-8').decode(bytes.subarray(start, start + length));
  const descr = /'descr'\s*:\s*'([<>|=]?)([a-zA-Z]\d*)'/.exec(text);
  const dtype = descr ? KINDS[descr[2]!] : undefined;
  if (!descr || !dtype) throw bad(`has an element type that is not supported: ${typeIn(text)}`);
  return {
    dtype,
    bigEndian: descr[1] === '>',
    fortran: /'fortran_order'\s*:\s*True/.test(text),
    shape: readShape(text),
    dataOffset: start + length,
  };
}

function readShape(text: string): number[] {
  const match = /'shape'\s*:\s*\(([\d\sL,]*)\)/.exec(text);
  if (!match) throw bad('has no shape');
  const shape = match[1]!
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => Number.parseInt(part, 10));
  const count = shape.reduce((product, dim) => product * dim, 1);
  if (shape.length > MAX_RANK || !Number.isSafeInteger(count)) throw bad('has an impossible shape');
  return shape;
}

function typeIn(text: string): string {
  return /'descr'\s*:\s*([^,]{1,40})/.exec(text)?.[1] ?? 'none given';
}

function swap(data: Uint8Array, size: number): void {
  for (let at = 0; at < data.length; at += size) data.subarray(at, at + size).reverse();
}

function fromFortran(values: Float64Array | Float32Array, shape: readonly number[]): Float64Array {
  const out = new Float64Array(values.length);
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, dim) => product * dim, 1));
  for (let i = 0; i < out.length; i++) {
    let at = 0;
    for (let axis = 0; axis < shape.length; axis++) at += index[axis]! * strides[axis]!;
    out[i] = values[at]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return out;
}

function bad(what: string): ModelError {
  return new ModelError('bad-data', `The file ${what}.`);
}
