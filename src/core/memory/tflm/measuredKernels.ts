import type { Graph, Node } from '../../ir/graph';
import type { Model } from '../../ir/model';
import { roleOf } from '../../ir/semantics/registry';
import type { KernelSet } from './kernelRequests';
import measured from './measuredKernels.json';

const measuredOf = new Map<string, ReadonlySet<string>>(
  Object.entries(measured.operators).map(([kernels, signatures]) => [kernels, new Set(signatures)]),
);

/**
 * `CONV_2D int8/int4`: an operator with what its kernels choose by, the types of the first operand and of the weights.
 */
export function kernelSignature(graph: Graph, node: Node): string {
  const dtypeOf = (index: number): string => {
    const id = node.inputs[index];
    return typeof id === 'number' ? (graph.tensors[id]?.dtype ?? 'unknown') : 'none';
  };
  const weights = roleOf(node, 1) === 'weights' ? `/${dtypeOf(1)}` : '';
  return `${node.source.op} ${dtypeOf(0)}${weights}`;
}

/**
 * Operators of a model whose kernels of this set were in no arena that was measured: what they ask for is read from
 * their source. The list and its evidence are in measuredKernels.json.
 */
export function unmeasuredKernels(model: Model, kernels: KernelSet): readonly string[] {
  const known = measuredOf.get(kernels);
  const missing = new Set<string>();
  for (const graph of model.graphs) {
    for (const node of graph.nodes) {
      const signature = kernelSignature(graph, node);
      if (!known?.has(signature)) missing.add(signature);
    }
  }
  return [...missing];
}
