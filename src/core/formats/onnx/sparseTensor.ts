import type { DType } from '../../ir/dtype';
import type { ConstantData } from '../../ir/tensor';
import type { SparseRecord } from './parseTensor';
import { TensorConstant } from './tensorConstant';

/** A sparse tensor keeps its values only as they are stored: `isSparse` says that they are not row-major. */
export function sparseTensor(record: SparseRecord): {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly constant: ConstantData;
  readonly isSparse: true;
} {
  return { dtype: record.values.dtype, shape: record.shape, constant: new SparseConstant(record), isSparse: true };
}

class SparseConstant implements ConstantData {
  readonly #values: TensorConstant;
  readonly byteLength: number;
  readonly storedBytes: number;
  readonly externalBytes: number;
  readonly key: string;

  constructor(record: SparseRecord) {
    this.#values = new TensorConstant(record.values);
    const indices = record.indices ? new TensorConstant(record.indices) : null;
    this.byteLength = this.#values.byteLength;
    this.storedBytes = this.#values.storedBytes + (indices?.storedBytes ?? 0);
    this.externalBytes = this.#values.externalBytes + (indices?.externalBytes ?? 0);
    this.key = this.#values.key;
  }

  read(): Uint8Array {
    return this.#values.read();
  }
}
