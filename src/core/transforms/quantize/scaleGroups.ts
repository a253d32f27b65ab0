import { isFloat } from '../../ir/dtype';
import type { Graph, Node } from '../../ir/graph';
import type { Quantization } from '../../ir/quantization';
import type { TensorId } from '../../ir/tensor';
import { scaleRule } from './int8Rules';
import { weightedInputs } from './weightedOps';

/**
 * Tensors that must share one scale, found by walking the nodes in order. A group whose scale is fixed (a softmax's
 * output and what is only reshaped from it) stays so; where it meets others (a Concat of a sigmoid and a convolution),
 * its tensors are requantized on the way in instead of spoiling everyone's range.
 */
export class ScaleGroups {
  readonly #parent = new Map<TensorId, TensorId>();
  readonly #fixed = new Map<TensorId, Quantization>();
  readonly #requantized = new Set<string>();

  constructor(graph: Graph) {
    for (const node of graph.nodes) this.#visit(graph, node);
  }

  /** The tensor that stands for the whole group. */
  leader(id: TensorId): TensorId {
    let top = id;
    for (let up = this.#parent.get(top); up !== undefined; up = this.#parent.get(top)) top = up;
    for (let at = id; at !== top;) {
      const up = this.#parent.get(at)!;
      this.#parent.set(at, top);
      at = up;
    }
    return top;
  }

  /** The scale that the group's operators demand; null when it may be chosen. */
  fixed(id: TensorId): Quantization | null {
    return this.#fixed.get(this.leader(id)) ?? null;
  }

  /** True for an input of a node that must be brought to the scale of the node's output first. */
  isRequantized(node: number, input: number): boolean {
    return this.#requantized.has(`${node}:${input}`);
  }

  #visit(graph: Graph, node: Node): void {
    const rule = scaleRule(node.op);
    const outputs = node.outputs.filter((id) => isFloat(graph.tensors[id]!.dtype));
    const first = outputs[0];
    if (rule === null || rule === 'free' || first === undefined) return;
    if (rule !== 'same') {
      for (const id of outputs) this.#fixed.set(this.leader(id), rule);
      return;
    }
    for (const id of outputs.slice(1)) this.#join(first, id);
    this.#joinInputs(graph, node, first);
  }

  #joinInputs(graph: Graph, node: Node, output: TensorId): void {
    const inputs = node.inputs.flatMap((id, input) =>
      id !== null && isData(graph, node, id, input) ? [{ id, input }] : [],
    );
    const fixed = inputs.map(({ id }) => this.fixed(id));
    const isUniform = fixed.every((quantization) => quantization !== null && sameScale(quantization, fixed[0]!));
    for (const [i, { id, input }] of inputs.entries()) {
      if (isUniform || fixed[i] === null) this.#join(output, id);
      else this.#requantized.add(`${node.id}:${input}`);
    }
  }

  #join(a: TensorId, b: TensorId): void {
    const [to, from] = [this.leader(a), this.leader(b)];
    if (to === from) return;
    const fixed = this.#fixed.get(to) ?? this.#fixed.get(from);
    this.#parent.set(from, to);
    if (fixed) this.#fixed.set(to, fixed);
  }
}

/** Inputs whose values reach the output: floats that are no weights (a Pad's fill value among them). */
function isData(graph: Graph, node: Node, id: TensorId, input: number): boolean {
  const weighted = weightedInputs(graph, node);
  return isFloat(graph.tensors[id]!.dtype) && (weighted === null || input < weighted.weights);
}

function sameScale(a: Quantization, b: Quantization): boolean {
  return a.scales[0] === b.scales[0] && a.zeroPoints[0] === b.zeroPoints[0];
}
