import type { DType } from '../../ir/dtype';
import type { Graph, Node } from '../../ir/graph';
import type { ConstantData, Tensor, TensorId } from '../../ir/tensor';

/** A graph under change: tensors replaced in place or added, nodes rewritten. Ids of existing tensors stay. */
export class GraphDraft {
  readonly source: Graph;
  readonly tensors: Tensor[];
  readonly nodes: Node[] = [];

  constructor(source: Graph) {
    this.source = source;
    this.tensors = [...source.tensors];
  }

  tensor(id: TensorId): Tensor {
    return this.tensors[id]!;
  }

  replace(id: TensorId, change: Partial<Tensor>): void {
    this.tensors[id] = { ...this.tensors[id]!, ...change };
  }

  /** A new tensor like another one. */
  addLike(id: TensorId, name: string, change: Partial<Tensor>): TensorId {
    const added = this.tensors.length;
    this.tensors.push({ ...this.tensors[id]!, ...change, id: added, name });
    return added;
  }

  /** Nodes come in execution order. */
  add(node: Node): void {
    this.nodes.push({ ...node, id: this.nodes.length });
  }

  finish(change: Partial<Pick<Graph, 'inputs' | 'outputs'>> = {}): Graph {
    return { ...this.source, ...change, tensors: this.tensors, nodes: this.nodes };
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

/** A node that brings a value to another scale: TFLite QUANTIZE, whose int8 to int8 form is version 2. */
export function requantizeNode(input: TensorId, output: TensorId, version: number): Node {
  return {
    id: 0,
    op: { kind: 'Quantize' },
    inputs: [input],
    outputs: [output],
    source: { op: 'QUANTIZE', domain: '', version, name: '', attributes: {}, index: -1 },
  };
}

export const INT8: DType = 'int8';
