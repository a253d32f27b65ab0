import type { Model, ModelFormat } from '../ir/model';
import type { ByteSource } from '../ports/byteSource';
import type { VisitHdf5 } from '../ports/hdf5';

/** What readers need that core does not bring; a reader without it says so. */
export interface ReaderPorts {
  readonly hdf5?: VisitHdf5;
}

/** One model format: all of them have this shape and live side by side. */
export interface Format {
  readonly id: ModelFormat | 'c-array';
  /** Lower-case, with the dot. Asked only when no signature matches. */
  readonly extensions: readonly string[];
  /** Set for text, where nothing but the name says what to look for. */
  readonly byNameOnly?: boolean;
  /** Set for formats that are never written: what to do instead, as the end of a sentence. */
  readonly readOnly?: string;
  /** True when the first bytes say it is this format. Reads a few bytes at most; never throws on short files. */
  matches(source: ByteSource): boolean;
  /** Builds the IR; weights stay lazy. Throws ModelError with one clear sentence. */
  read(source: ByteSource, ports?: ReaderPorts): Model;
}
