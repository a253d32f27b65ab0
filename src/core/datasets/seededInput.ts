import { bytesOf, isFloat, type DType } from '../ir/dtype';
import { ModelError } from '../ir/errors';
import type { TensorValue } from '../ports/executor';
import { toTensorValue } from './reals';

/**
 * The generator of the published TensorFlow Lite Micro measurements: `s = s * 1664525 + 1013904223 (mod 2^32)` (the
 * constants of Numerical Recipes), its highest byte taken. Each input starts at the seed; a stream of steps goes on where
 * the step before ended.
 */
export class SeededInput {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /**
   * A value for an input: integers take a byte of the generator for each byte, floats `int8 / 128` for each element, bool
   * whether its byte is not 0. Throws ModelError `unsupported-dtype` for types that are no plain numbers.
   */
  next(dtype: DType, shape: readonly number[]): TensorValue {
    const count = shape.reduce((product, dim) => product * dim, 1);
    if (isFloat(dtype)) {
      const values = Float32Array.from({ length: count }, () => ((this.#byte() << 24) >> 24) / 128);
      return toTensorValue(dtype, shape, values);
    }
    const size = bytesOf(dtype, count);
    if (size === 0 && count > 0) {
      throw new ModelError('unsupported-dtype', `An input of type ${dtype} cannot be filled with numbers.`);
    }
    const data = Uint8Array.from({ length: size }, () => this.#byte());
    return { dtype, shape, data: dtype === 'bool' ? data.map((byte) => (byte === 0 ? 0 : 1)) : data };
  }

  #byte(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state >>> 24;
  }
}
