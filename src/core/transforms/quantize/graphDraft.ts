import type { Graph, Node } from '../../ir/graph';
import type { ConstantData, Tensor, TensorId } from '../../ir/tensor';
import type { QuantizedConstant } from './weights';

/** A graph under change: tensors replaced in place or added, nodes rewritten. Ids of existing tensors stay. */
export class GraphDraft {
  readonly #source: Graph;
  readonly #tensors: Tensor[];
  readonly #nodes: Node[] = [];
  /** Constants put in place so far: the tensor made for one use of one. */
  readonly #placed = new Map<string, TensorId>();
  readonly #taken = new Set<TensorId>();

  constructor(source: Graph) {
    this.#source = source;
    this.#tensors = [...source.tensors];
  }

  replace(id: TensorId, change: Partial<Tensor>): void {
    this.#tensors[id] = { ...this.#tensors[id]!, ...change };
  }

  /** A new tensor like one of the source's. */
  addLike(id: TensorId, name: string, change: Partial<Tensor>): TensorId {
    return this.addTensor({ ...this.#source.tensors[id]!, ...change, name });
  }

  addTensor(tensor: Omit<Tensor, 'id'>): TensorId {
    const id = this.#tensors.length;
    this.#tensors.push({ ...tensor, id });
    return id;
  }

  /** Nodes come in execution order. */
  add(node: Node): void {
    this.#nodes.push({ ...node, id: this.#nodes.length });
  }

  /** Puts integers where a float constant was, or beside it when another use of it took another scale. */
  placeConstant(id: TensorId, { dtype, bytes, quantization }: QuantizedConstant): TensorId {
    const key = `${id} ${dtype} ${quantization.axis} ${quantization.scales.join(' ')} ${quantization.zeroPoints.join(' ')}`;
    const known = this.#placed.get(key);
    if (known !== undefined) return known;
    const change = { dtype, quantization, constant: constantOf(bytes) };
    const isFirst = !this.#taken.has(id);
    if (isFirst) this.replace(id, change);
    const placed = isFirst ? id : this.addLike(id, `${this.#source.tensors[id]!.name}_${this.#placed.size}`, change);
    this.#taken.add(id);
    this.#placed.set(key, placed);
    return placed;
  }

  finish(change: Partial<Pick<Graph, 'inputs' | 'outputs'>> = {}): Graph {
    return { ...this.#source, ...change, tensors: this.#tensors, nodes: this.#nodes };
  }
}

let made = 0;

/** A constant of our own making. */
export function constantOf(bytes: Uint8Array): ConstantData {
  return {
    byteLength: bytes.byteLength,
    storedBytes: bytes.byteLength,
    key: `made:${made++}`,
    read: () => bytes,
  };
}

/** A TFLite node that brings an int8 value to another scale; QUANTIZE does so from version 2 on. */
export function requantizeNode(input: TensorId, output: TensorId): Node {
  return {
    id: 0,
    op: { kind: 'Quantize' },
    inputs: [input],
    outputs: [output],
    source: { op: 'QUANTIZE', domain: '', version: 2, name: '', attributes: {}, index: -1 },
  };
}
