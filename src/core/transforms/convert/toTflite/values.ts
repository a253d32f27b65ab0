import type { DType } from '../../../ir/dtype';
import type { Quantization } from '../../../ir/quantization';
import type { TensorId } from '../../../ir/tensor';
import type { Permutation } from './permutation';
import { samePermutation } from './permutation';

/** A tensor of the TFLite graph that holds a value of the ONNX graph. */
export interface Stored {
  readonly id: TensorId;
  readonly order: Permutation;
}

/** A constant of the ONNX graph, or one folded from it: row-major in the order of the file. */
export interface ConstantValue {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: () => Uint8Array;
  readonly quantization: Quantization | null;
}

/** A flattened value whose elements stand in the order of the memory, not of the file. */
export interface Shuffled {
  readonly id: TensorId;
  /** File index of each stored element of a row. */
  readonly fileIndex: Int32Array;
}

/** Which TFLite tensors hold which ONNX value, in which orders. */
export class Values {
  readonly #stored = new Map<TensorId, Stored[]>();
  /** Dequantized forms, for operators computed in float. */
  readonly #reals = new Map<TensorId, Stored[]>();
  readonly #lazy = new Map<TensorId, () => void>();
  readonly constants = new Map<TensorId, ConstantValue>();
  readonly shuffled = new Map<TensorId, Shuffled>();

  /** Every form of a value; runs what was put off until somebody asks. */
  stored(id: TensorId, form: 'stored' | 'real' = 'stored'): readonly Stored[] {
    const lazy = this.#lazy.get(id);
    if (lazy) {
      this.#lazy.delete(id);
      lazy();
    }
    return (form === 'real' ? this.#reals : this.#stored).get(id) ?? [];
  }

  find(id: TensorId, order: Permutation, form: 'stored' | 'real' = 'stored'): TensorId | null {
    return this.stored(id, form).find((each) => samePermutation(each.order, order))?.id ?? null;
  }

  add(id: TensorId, stored: Stored, form: 'stored' | 'real' = 'stored'): void {
    const forms = form === 'real' ? this.#reals : this.#stored;
    const known = forms.get(id);
    if (known) known.push(stored);
    else forms.set(id, [stored]);
  }

  /** `make` defines the value when it is asked for, if it ever is. */
  addLazily(id: TensorId, make: () => void): void {
    this.#lazy.set(id, make);
  }

  has(id: TensorId): boolean {
    return this.#stored.has(id) || this.#lazy.has(id) || this.constants.has(id);
  }
}
