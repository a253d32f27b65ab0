import type { Graph, Node } from '../../ir/graph';
import type { Model } from '../../ir/model';
import type { Tensor, TensorId } from '../../ir/tensor';

export interface CompactModel {
  readonly model: Model;
  /** The new id of each tensor that is left. */
  readonly ids: ReadonlyMap<TensorId, TensorId>;
}

/** The model with the given main graph, tensors that nothing refers to left out and the rest numbered anew. */
export function withMainGraph(model: Model, graph: Graph): CompactModel {
  const used = usedTensors(model, graph);
  const ids = new Map<TensorId, TensorId>();
  const tensors: Tensor[] = [];
  for (const tensor of graph.tensors) {
    if (!used.has(tensor.id)) continue;
    ids.set(tensor.id, tensors.length);
    tensors.push({ ...tensor, id: tensors.length });
  }
  const moved = (id: TensorId) => ids.get(id)!;
  const compact: Graph = {
    ...graph,
    tensors,
    nodes: graph.nodes.map((node, index) => moveNode(node, index, moved)),
    inputs: graph.inputs.map(moved),
    outputs: graph.outputs.map(moved),
  };
  const signatures = model.signatures.map((signature) =>
    signature.graph === 0
      ? { ...signature, inputs: moveAll(signature.inputs, moved), outputs: moveAll(signature.outputs, moved) }
      : signature,
  );
  return { model: { ...model, graphs: [compact, ...model.graphs.slice(1)], signatures }, ids };
}

function usedTensors(model: Model, graph: Graph): ReadonlySet<TensorId> {
  const used = new Set<TensorId>([...graph.inputs, ...graph.outputs]);
  for (const node of graph.nodes) {
    for (const id of [...node.inputs, ...node.outputs, ...(node.intermediates ?? [])]) if (id !== null) used.add(id);
  }
  for (const signature of model.signatures) {
    if (signature.graph !== 0) continue;
    for (const id of [...Object.values(signature.inputs), ...Object.values(signature.outputs)]) used.add(id);
  }
  return used;
}

function moveNode(node: Node, index: number, moved: (id: TensorId) => TensorId): Node {
  return {
    ...node,
    id: index,
    inputs: node.inputs.map((id) => (id === null ? null : moved(id))),
    outputs: node.outputs.map(moved),
    ...(node.intermediates ? { intermediates: node.intermediates.map(moved) } : {}),
  };
}

function moveAll(ids: Readonly<Record<string, TensorId>>, moved: (id: TensorId) => TensorId): Record<string, TensorId> {
  return Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, moved(id)]));
}
