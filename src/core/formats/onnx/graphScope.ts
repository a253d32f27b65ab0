import type { Tensor, TensorId } from '../../ir/tensor';
import type { TypeRecord } from './parseType';

/** The named values of one graph while it is being read, and the graph around it. */
export class GraphScope {
  /** Grows until every body has been read, since bodies add the values they capture. */
  readonly tensors: Tensor[] = [];
  readonly parent: GraphScope | null;
  readonly #ids = new Map<string, TensorId>();
  readonly #types: ReadonlyMap<string, TypeRecord>;

  constructor(parent: GraphScope | null, types: ReadonlyMap<string, TypeRecord>) {
    this.parent = parent;
    this.#types = types;
  }

  has(name: string): boolean {
    return this.#ids.has(name);
  }

  /** Adds a value. A later one of the same name hides an earlier one. */
  declare(name: string, known: Known = NOTHING_KNOWN): TensorId {
    const id = this.tensors.length;
    this.tensors.push(tensorOf(id, name, known, this.#types.get(name)));
    if (name !== '') this.#ids.set(name, id);
    return id;
  }

  /**
   * The value of that name, here or in a graph around this one; in that case every graph between captures it too, so
   * that each level shows what its bodies need. Null when nothing has this name.
   */
  resolve(name: string): TensorId | null {
    const own = this.#ids.get(name);
    if (own !== undefined) return own;
    const between: GraphScope[] = [this];
    for (let scope = this.parent; scope; scope = scope.parent) {
      const outer = scope.#ids.get(name);
      if (outer === undefined) {
        between.push(scope);
        continue;
      }
      const { dtype, shape, constant, isSparse = false } = scope.tensors[outer]!;
      for (const each of between) each.declare(name, { dtype, shape, constant, isSparse, captured: true });
      return this.#ids.get(name) ?? null;
    }
    return null;
  }
}

const NOTHING_KNOWN: Known = {};

type Known = Partial<Pick<Tensor, 'dtype' | 'shape' | 'constant' | 'isSparse' | 'captured'>>;

function tensorOf(id: TensorId, name: string, known: Known, type: TypeRecord | undefined): Tensor {
  const dtype = known.dtype ?? type?.dtype ?? 'unknown';
  const shape = known.shape ?? type?.shape ?? null;
  const { constant = null } = known;
  const tensor: Tensor = { id, name, dtype, shape, quantization: null, constant, isVariable: false };
  return known.isSparse || known.captured ? marked(tensor, known) : tensor;
}

function marked(tensor: Tensor, { isSparse, captured }: Known): Tensor {
  return { ...tensor, ...(isSparse ? { isSparse } : {}), ...(captured ? { captured } : {}) };
}
