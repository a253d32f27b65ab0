import type { ReaderPorts } from '../../core/formats/format';
import { readModel } from '../../core/formats/readModel';
import { inferShapes } from '../../core/ir/inferShapes';
import type { Model } from '../../core/ir/model';
import type { ModelFile } from '../../protocol/engine';
import { FileByteSource } from '../fileByteSource';
import { readerPortsFor } from '../readerPorts';

/** Models kept at once; the editor shows few, and a model without its weights is small. */
const CAPACITY = 6;

/** A parsed model and what was computed from it. */
export interface CachedModel {
  /** As the file has it. */
  readonly model: Model;
  /** With shapes inferred. */
  readonly resolved: Model;
  /** The value computed under `key` before, or now. */
  readonly remember: <T>(key: string, compute: () => T) => T;
}

/** Parsed models by path. Each access looks at the file: what changed on disk is read anew, never mixed. */
export class ModelCache {
  /** Least recently used first. */
  readonly #entries = new Map<string, { readonly generation: string; readonly cached: CachedModel }>();

  #ports: ReaderPorts = {};

  /** Loads what reading the file will need. Rejects with ModelError. */
  async prepare(file: ModelFile): Promise<void> {
    if (this.#ports.hdf5) return;
    this.#ports = { ...this.#ports, ...(await readerPortsFor(new FileByteSource(file.path, file.name))) };
  }

  /** Throws ModelError. */
  open(file: ModelFile): CachedModel {
    const key = keyOf(file);
    const known = this.#entries.get(key);
    this.#entries.delete(key);
    const source = new FileByteSource(file.path, file.name);
    const entry =
      known?.generation === source.generation
        ? known
        : { generation: source.generation, cached: remembering(readModel(source, this.#ports)) };
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > CAPACITY && oldest !== undefined) this.#entries.delete(oldest);
    return entry.cached;
  }
}

function keyOf({ path, name }: ModelFile): string {
  return `${path}\0${name}`;
}

function remembering(model: Model): CachedModel {
  const values = new Map<string, unknown>();
  return {
    model,
    resolved: inferShapes(model),
    remember<T>(key: string, compute: () => T): T {
      if (!values.has(key)) values.set(key, compute());
      return values.get(key) as T;
    },
  };
}
