import type { Node } from '../../ir/graph';
import { bindShape } from '../../ir/shape';
import type { Model } from '../../ir/model';
import type { Tensor, TensorId } from '../../ir/tensor';

/**
 * Why two models are not the same but for names and the numbers of their tensors, as the end of a sentence; null when
 * they are. Operators, options, shapes (free dimensions as 1), scales, zero points and the bytes of constants count.
 */
export function graphDifference(a: Model, b: Model): string | null {
  if (a.graphs.length !== b.graphs.length) return 'the number of subgraphs changed';
  for (const [index, graph] of a.graphs.entries()) {
    const other = b.graphs[index]!;
    const pairs = new Pairs(graph.tensors, other.tensors);
    if (graph.nodes.length !== other.nodes.length) return `the number of operators in subgraph ${index} changed`;
    if (!pairs.add(graph.inputs, other.inputs) || !pairs.add(graph.outputs, other.outputs)) {
      return `inputs or outputs of subgraph ${index} changed`;
    }
    for (const [place, node] of graph.nodes.entries()) {
      const twin = other.nodes[place]!;
      if (!sameOperator(node, twin)) return `operator ${place} of subgraph ${index} changed`;
      if (!pairs.addNode(node, twin)) return `a tensor of operator ${place} of subgraph ${index} changed`;
    }
  }
  return null;
}

/** Which tensor of one graph is which of the other. */
class Pairs {
  readonly #a: readonly Tensor[];
  readonly #b: readonly Tensor[];
  readonly #there = new Map<TensorId, TensorId>();
  readonly #back = new Map<TensorId, TensorId>();

  constructor(a: readonly Tensor[], b: readonly Tensor[]) {
    this.#a = a;
    this.#b = b;
  }

  addNode(a: Node, b: Node): boolean {
    return (
      this.add(a.inputs, b.inputs) &&
      this.add(a.outputs, b.outputs) &&
      this.add(a.intermediates ?? [], b.intermediates ?? [])
    );
  }

  add(a: readonly (TensorId | null)[], b: readonly (TensorId | null)[]): boolean {
    return a.length === b.length && a.every((id, index) => this.#pair(id, b[index]!));
  }

  #pair(a: TensorId | null, b: TensorId | null): boolean {
    if (a === null || b === null) return a === b;
    const known = this.#there.get(a);
    if (known !== undefined || this.#back.has(b)) return known === b;
    this.#there.set(a, b);
    this.#back.set(b, a);
    return sameTensor(this.#a[a]!, this.#b[b]!);
  }
}

function sameOperator(a: Node, b: Node): boolean {
  const said = ({ op, source }: Node) => [op.kind, source.op, source.domain, source.version, source.attributes];
  return textOf(said(a)) === textOf(said(b));
}

function sameTensor(a: Tensor, b: Tensor): boolean {
  const said = ({ dtype, shape, quantization, isVariable, isSparse }: Tensor) => {
    const { scaleTensor, zeroPointTensor, ...rest } = quantization ?? {};
    const isBlockwise = [scaleTensor !== undefined, zeroPointTensor !== undefined];
    return textOf([dtype, shape && bindShape(shape), rest, isBlockwise, isVariable, isSparse === true]);
  };
  return said(a) === said(b) && sameBytes(a.constant?.read() ?? null, b.constant?.read() ?? null);
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Equal texts for equal values, NaN and 64-bit integers too. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === 'bigint' || (typeof each === 'number' && !Number.isFinite(each))) return `#${String(each)}`;
    return ArrayBuffer.isView(each) && !(each instanceof DataView) ? Array.from(each as Uint8Array) : each;
  });
}
