import type { Model, ModelFormat } from '../ir/model';
import type { ByteSource } from '../ports/byteSource';

/** One model format: all of them have this shape and live side by side. */
export interface Format {
  readonly id: ModelFormat;
  /** Lower-case, with the dot. Asked only when no signature matches. */
  readonly extensions: readonly string[];
  /** True when the first bytes say it is this format. Reads a few bytes at most; never throws on short files. */
  matches(source: ByteSource): boolean;
  /** Builds the IR; weights stay lazy. Throws ModelError with one clear sentence. */
  read(source: ByteSource): Model;
}
