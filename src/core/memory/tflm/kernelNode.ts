import type { AttributeValue } from '../../ir/attributes';
import type { Graph, Node } from '../../ir/graph';
import { bindShape } from '../../ir/shape';
import type { Tensor } from '../../ir/tensor';
import { UnknownRequests } from './kernelRequests';

/** A node of a TFLite model, read as a kernel's prepare reads it: by position, free dimensions bound to 1. */
export class KernelNode {
  readonly node: Node;
  readonly #graph: Graph;
  readonly #met: Set<string>;

  /** `met` holds what nodes prepared before this one have met: one set a model. */
  constructor(graph: Graph, node: Node, met: Set<string>) {
    this.#graph = graph;
    this.node = node;
    this.#met = met;
  }

  /** True for the first node of the model that asks for this key. */
  isFirst(key: string): boolean {
    if (this.#met.has(key)) return false;
    this.#met.add(key);
    return true;
  }

  get inputs(): readonly (Tensor | null)[] {
    return this.node.inputs.map((_, index) => this.input(index));
  }

  get outputs(): readonly (Tensor | null)[] {
    return this.node.outputs.map((_, index) => this.output(index));
  }

  /** The operator's name in the file: `CONV_2D`, or a custom operator's own. */
  get name(): string {
    return this.node.source.op;
  }

  /** An option by the schema's name, `stride_w`; undefined where the file leaves it out. */
  option(name: string): AttributeValue | undefined {
    return this.node.source.attributes[name];
  }

  /** Null for an optional input that is left out. */
  input(index: number): Tensor | null {
    const id = this.node.inputs[index];
    return typeof id === 'number' ? (this.#graph.tensors[id] ?? null) : null;
  }

  output(index: number): Tensor | null {
    const id = this.node.outputs[index];
    return id === undefined ? null : (this.#graph.tensors[id] ?? null);
  }

  /** The node of the same graph that writes an input; null where none does. */
  producerOf(index: number): Node | null {
    const id = this.node.inputs[index];
    if (typeof id !== 'number') return null;
    return producersOf(this.#graph).get(id) ?? null;
  }

  /** An input that the kernel cannot do without. Throws UnknownRequests when it is missing. */
  needInput(index: number): Tensor {
    return this.input(index) ?? this.#missing(`input ${index}`);
  }

  needOutput(index: number): Tensor {
    return this.output(index) ?? this.#missing(`output ${index}`);
  }

  #missing(what: string): never {
    throw new UnknownRequests(`${this.name} has no ${what}.`);
  }
}

const producers = new WeakMap<Graph, ReadonlyMap<number, Node>>();

/** Which node writes each tensor of a graph. */
function producersOf(graph: Graph): ReadonlyMap<number, Node> {
  const known = producers.get(graph);
  if (known) return known;
  const found = new Map<number, Node>();
  for (const node of graph.nodes) for (const output of node.outputs) found.set(output, node);
  producers.set(graph, found);
  return found;
}

/** Dimensions of a tensor. Throws UnknownRequests when its rank is not known. */
export function dimsOf(tensor: Tensor): readonly number[] {
  if (tensor.shape === null) throw new UnknownRequests(`The shape of "${tensor.name}" is not known.`);
  return bindShape(tensor.shape);
}

/** Elements of a tensor; 1 for a scalar. */
export function elementsOf(tensor: Tensor): number {
  return dimsOf(tensor).reduce((product, dim) => product * dim, 1);
}
