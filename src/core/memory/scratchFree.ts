import type { Graph, Node } from '../ir/graph';
import type { Model } from '../ir/model';
import { roleOf } from '../ir/semantics/registry';
import measured from './scratchFree.json';

const scratchFree: ReadonlySet<string> = new Set(measured.operators);

/**
 * True when every operator of the model was measured to ask TFLM's reference kernels for no scratch memory, for the
 * types it has here: what the planner lays out is then the activations alone. False means not known to be so. The list
 * and its evidence are in scratchFree.json.
 */
export function asksForNoScratch(model: Model): boolean {
  return (
    model.format === 'tflite' &&
    model.graphs.every((graph) => graph.nodes.every((node) => scratchFree.has(operatorSignature(graph, node))))
  );
}

/** `CONV_2D int8/int4`: an operator with what its kernels choose by, the types of the first operand and of the weights. */
function operatorSignature(graph: Graph, node: Node): string {
  const dtypeOf = (index: number): string => {
    const id = node.inputs[index];
    return typeof id === 'number' ? (graph.tensors[id]?.dtype ?? 'unknown') : 'none';
  };
  const role = roleOf(node, 1);
  return `${node.source.op} ${dtypeOf(0)}${role === 'weights' ? `/${dtypeOf(1)}` : ''}`;
}
