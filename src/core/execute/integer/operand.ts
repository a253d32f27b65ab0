import { bytesOf } from '../../ir/dtype';
import { elementReader } from '../../ir/decode';
import { ModelError } from '../../ir/errors';
import { bindShape } from '../../ir/shape';
import type { Tensor } from '../../ir/tensor';
import { elementBytes, viewElements } from './storage';
import type { ElementArray, NumberArray, Storage, StorageSource } from './storage';

/** A tensor with memory behind it: what kernels read and write. Free dimensions are 1. */
export class Operand {
  readonly tensor: Tensor;
  readonly shape: readonly number[];
  readonly count: number;
  readonly storage: Storage;
  readonly #unaligned: number;
  #views: { readonly buffer: ArrayBufferLike; readonly elements: ElementArray; readonly bytes: Uint8Array } | null =
    null;

  constructor(tensor: Tensor, storage: Storage, offset = 0) {
    this.tensor = tensor;
    this.shape = bindShape(tensor.shape ?? []);
    this.count = countOf(this.shape);
    this.storage = storage;
    this.#unaligned = offset;
  }

  get dtype(): Tensor['dtype'] {
    return this.tensor.dtype;
  }

  get rank(): number {
    return this.shape.length;
  }

  /** The elements; int4 unpacked. */
  get elements(): ElementArray {
    return this.#viewed().elements;
  }

  get bytes(): Uint8Array {
    return this.#viewed().bytes;
  }

  /** The elements as numbers. Only for types of at most 32 bits and floats: kernels check the type when prepared. */
  get numbers(): NumberArray {
    return this.elements as NumberArray;
  }

  /** Address in the fast kernels' memory. */
  get address(): number {
    return this.storage.address + this.#unaligned;
  }

  /** Scale of the tensor, the first one of a per-channel tensor; 0 where it is not quantized. */
  get scale(): number {
    return Math.fround(this.tensor.quantization?.scales[0] ?? 0);
  }

  get zeroPoint(): number {
    return this.tensor.quantization?.zeroPoints[0] ?? 0;
  }

  get isConstant(): boolean {
    return this.tensor.constant !== null;
  }

  #viewed() {
    const { buffer, address } = this.storage;
    if (this.#views?.buffer === buffer) return this.#views;
    const offset = address + this.#unaligned;
    const elements = viewElements(this.dtype, buffer, offset, this.count)!;
    const bytes = new Uint8Array(buffer, offset, elements.byteLength);
    this.#views = { buffer, elements, bytes };
    return this.#views;
  }
}

/** Elements of a shape whose dimensions are all known. */
export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** Bytes that a tensor takes in memory, int4 unpacked; null for element types that the engine does not hold. */
export function memoryBytes(tensor: Tensor): number | null {
  const bytes = elementBytes(tensor.dtype);
  return bytes === null ? null : bytes * countOf(bindShape(tensor.shape ?? []));
}

/** An activation or variable in new memory. */
export function allocateOperand(tensor: Tensor, source: StorageSource): Operand {
  return new Operand(tensor, source.allocate(memoryBytes(tensor) ?? 0, tensor));
}

/** A constant, read where it lies if its bytes are aligned, copied if not. Throws ModelError `corrupt` when too short. */
export function constantOperand(tensor: Tensor): Operand {
  const bytes = tensor.constant!.read();
  const count = countOf(bindShape(tensor.shape ?? []));
  if (bytes.byteLength < bytesOf(tensor.dtype, count)) {
    const name = tensor.name === '' ? `Tensor ${tensor.id}` : tensor.name;
    throw new ModelError('corrupt', `${name} holds ${bytes.byteLength} bytes, too few for its shape.`);
  }
  if (tensor.dtype === 'int4') return new Operand(tensor, plainBytes(unpackNibbles(bytes, count)));
  const aligned = bytes.byteOffset % (elementBytes(tensor.dtype) ?? 1) === 0;
  return aligned
    ? new Operand(tensor, plainBytes(bytes), bytes.byteOffset)
    : new Operand(tensor, plainBytes(bytes.slice()));
}

function plainBytes(bytes: Uint8Array): Storage {
  return { byteLength: bytes.byteLength, address: 0, buffer: bytes.buffer };
}

function unpackNibbles(bytes: Uint8Array, count: number): Uint8Array {
  const at = elementReader(bytes, 'int4')!;
  return Uint8Array.from({ length: count }, (_, index) => at(index) & 0xff);
}
