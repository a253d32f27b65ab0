import type { DType } from '../../core/ir/dtype';
import { ModelError } from '../../core/ir/errors';
import type { Hdf5Dataset, Hdf5File } from '../../core/ports/hdf5';
import type * as h5wasm from './h5wasmLibrary';

export type H5wasm = typeof h5wasm;

/** Bytes of an attribute: configs are some megabytes at most. */
const MAX_ATTRIBUTE_BYTES = 64 << 20;

/** Elements that compress below this share of the file are taken as damage, not as weights. */
const MOST_EXPANSION = 4;
const FREE_BYTES = 16 << 20;

const DTYPES: Readonly<Record<string, DType>> = {
  '<e': 'float16',
  '<f': 'float32',
  '<d': 'float64',
  '<b': 'int8',
  '<h': 'int16',
  '<i': 'int32',
  '<q': 'int64',
  '<B': 'uint8',
  '<H': 'uint16',
  '<I': 'uint32',
  '<Q': 'uint64',
};

/** h5wasm's file as our port has it. Valid while the file is open. */
export class H5wasmFile implements Hdf5File {
  readonly #library: H5wasm;
  readonly #file: h5wasm.File;
  readonly #name: string;
  readonly #size: number;
  readonly #readAgain: (path: string) => Uint8Array;

  /** `readAgain` gives a dataset's bytes when the file is closed. */
  constructor(library: H5wasm, file: h5wasm.File, name: string, size: number, readAgain: (path: string) => Uint8Array) {
    this.#library = library;
    this.#file = file;
    this.#name = name;
    this.#size = size;
    this.#readAgain = readAgain;
  }

  members(path: string): readonly string[] {
    const group = this.#entity(path);
    return this.#isGroup(group) ? group.keys() : [];
  }

  attribute(path: string, name: string): string | readonly string[] | null {
    const entity = this.#entity(path);
    if (!this.#isGroup(entity) || !Object.hasOwn(entity.attrs, name)) return null;
    const attribute = entity.attrs[name];
    if (!attribute) return null;
    const { size, total_size: count } = attribute.metadata;
    if (size * count > Math.min(this.#size, MAX_ATTRIBUTE_BYTES)) throw this.#tooLarge(name);
    const { value } = attribute;
    if (typeof value === 'string') return value;
    return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : null;
  }

  dataset(path: string): Hdf5Dataset | null {
    const entity = this.#entity(path);
    if (!(entity instanceof this.#library.Dataset)) return null;
    const { dtype, shape, metadata } = entity;
    if (!shape) return null;
    const byteLength = shape.reduce((product, dim) => product * dim, metadata.size);
    if (!(byteLength <= Math.max(FREE_BYTES, MOST_EXPANSION * this.#size))) throw this.#tooLarge(path);
    return {
      dtype: (typeof dtype === 'string' ? DTYPES[dtype] : undefined) ?? 'unknown',
      shape,
      byteLength,
      read: () => this.#readAgain(path),
    };
  }

  #isGroup(entity: unknown): entity is h5wasm.Group {
    return entity instanceof this.#library.Group;
  }

  /** Null for what is not there, or is a link out of the file. */
  #entity(path: string): unknown {
    return path === '/' ? this.#file : this.#file.get(path);
  }

  #tooLarge(what: string): ModelError {
    return new ModelError('too-large', `${this.#name} is damaged: ${what} claims more bytes than the file can hold.`);
  }
}
