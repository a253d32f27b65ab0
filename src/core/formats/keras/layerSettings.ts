import type { Activation, Layout, Padding } from '../../ir/ops/common';
import type { Config } from './kerasConfig';
import { recordOf, textOf } from './kerasConfig';

/** What operators ask of a layer's config, with Keras's defaults. */
export class LayerSettings {
  readonly #config: Config;

  constructor(config: Config) {
    this.#config = config;
  }

  number(name: string, otherwise: number): number {
    const value = this.#config[name];
    return typeof value === 'number' ? value : otherwise;
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.#config[name];
    return typeof value === 'boolean' ? value : otherwise;
  }

  /** A number stands for the same in every dimension. */
  numbers(name: string, rank: number, otherwise: readonly number[]): readonly number[] {
    const value = this.#config[name];
    if (typeof value === 'number') return Array.from({ length: rank }, () => value);
    return isNumbers(value) && value.length === rank ? value : otherwise;
  }

  list(name: string): readonly number[] | null {
    const value = this.#config[name];
    return isNumbers(value) ? value : null;
  }

  /** `[[1, 1], [0, 2]]`: before and after each dimension. */
  pairs(name: string): readonly (readonly [number, number])[] | null {
    const value = this.#config[name];
    if (!Array.isArray(value) || !value.every((each) => isNumbers(each) && each.length === 2)) return null;
    return value as readonly (readonly [number, number])[];
  }

  text(name: string): string {
    return textOf(this.#config[name]);
  }

  /** The name of a function, which may stand as text or as a serialized object. */
  functionName(name: string): string {
    const record = recordOf(this.#config[name]);
    return record ? textOf(record.class_name) || textOf(record.config) : this.text(name);
  }

  get layout(): Layout {
    return this.text('data_format') === 'channels_first' ? 'NCHW' : 'NHWC';
  }

  get padding(): Padding {
    return this.text('padding') === 'same' ? { kind: 'same', odd: 'upper' } : { kind: 'valid' };
  }

  /** The fused activation where our operators have it; others show among the attributes. */
  get activation(): Activation {
    const name = this.functionName('activation');
    return name === 'relu' || name === 'relu6' || name === 'tanh' ? name : 'none';
  }

  /** Dimensions, null where one is left open. */
  shape(name: string): readonly (number | null)[] | null {
    const value = this.#config[name];
    if (!Array.isArray(value)) return null;
    return value.map((dim: unknown) => (typeof dim === 'number' && Number.isInteger(dim) && dim >= 0 ? dim : null));
  }
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'number');
}
