import type { DType } from '../../../../src/core/ir/dtype';
import type { Graph, Node } from '../../../../src/core/ir/graph';
import type { Model } from '../../../../src/core/ir/model';
import type { Op } from '../../../../src/core/ir/ops/op';
import type { Tensor } from '../../../../src/core/ir/tensor';

/** A small graph by hand: tensors by name, in the order they are first named. */
export class GraphByHand {
  readonly #tensors: Tensor[] = [];
  readonly #nodes: Node[] = [];
  readonly #name: string;

  constructor(name = 'main') {
    this.#name = name;
  }

  tensor(name: string, shape: readonly number[] | null, dtype: DType = 'int8', rest: Partial<Tensor> = {}): this {
    const id = this.#tensors.length;
    this.#tensors.push({ id, name, dtype, shape, quantization: null, constant: null, isVariable: false, ...rest });
    return this;
  }

  constant(name: string, shape: readonly number[], dtype: DType = 'int8'): this {
    const byteLength = shape.reduce((product, dim) => product * dim, 1);
    const constant = { byteLength, storedBytes: byteLength, read: () => new Uint8Array(byteLength), key: name };
    return this.tensor(name, shape, dtype, { constant });
  }

  node(source: string, op: Op, inputs: readonly string[], outputs: readonly string[]): this {
    const id = this.#nodes.length;
    this.#nodes.push({
      id,
      op,
      inputs: inputs.map((name) => this.#id(name)),
      outputs: outputs.map((name) => this.#id(name)),
      source: { op: source, domain: '', version: 1, name: '', attributes: {}, index: id },
    });
    return this;
  }

  graph(inputs: readonly string[], outputs: readonly string[]): Graph {
    return {
      name: this.#name,
      tensors: this.#tensors,
      nodes: this.#nodes,
      inputs: inputs.map((name) => this.#id(name)),
      outputs: outputs.map((name) => this.#id(name)),
    };
  }

  #id(name: string): number {
    const found = this.#tensors.find((tensor) => tensor.name === name);
    if (!found) throw new Error(`no tensor ${name}`);
    return found.id;
  }
}

export function modelOf(graphs: readonly Graph[], rest: Partial<Model> = {}): Model {
  return {
    format: 'tflite',
    graphs,
    signatures: [],
    metadata: [],
    formatVersion: 'TensorFlow Lite, schema 3',
    opsets: {},
    producer: '',
    description: '',
    fileBytes: 1000,
    notes: [],
    ...rest,
  };
}

export const softmax: Op = { kind: 'Softmax', axis: -1, beta: 1, flattened: false };
export const add: Op = { kind: 'Add', activation: 'none' };
