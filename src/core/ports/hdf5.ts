import type { DType } from '../ir/dtype';
import type { ByteSource } from './byteSource';

/** An array of an HDF5 file, left where it lies. */
export interface Hdf5Dataset {
  /** `unknown` for compound and other types we have no name for. */
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Bytes that `read` gives. */
  readonly byteLength: number;
  /** Opens the file again and reads the array. Throws ModelError. */
  read(): Uint8Array;
}

/** An open HDF5 file. Paths are absolute, parts separated by `/`. */
export interface Hdf5File {
  /** Names in a group, in the file's order; empty when there is no such group. */
  members(path: string): readonly string[];
  /** A text or list of texts; null when it is not there or something else. */
  attribute(path: string, name: string): string | readonly string[] | null;
  /** Null when the path leads to no array. */
  dataset(path: string): Hdf5Dataset | null;
}

/**
 * Opens an HDF5 file while `visit` runs. Throws ModelError `corrupt` for what cannot be read, `gone` when the file
 * changed meanwhile.
 */
export type VisitHdf5 = <T>(source: ByteSource, visit: (file: Hdf5File) => T) => T;
