import type { Graph, Node } from '../../ir/graph';
import type { Model, Signature } from '../../ir/model';
import type { Quantization } from '../../ir/quantization';
import type { Tensor, TensorId } from '../../ir/tensor';
import { withoutOfflinePlan } from '../plan/offlineMetadata';

export interface CompactModel {
  readonly model: Model;
  /** The new id of each tensor that is left. */
  readonly ids: ReadonlyMap<TensorId, TensorId>;
}

export interface CompactGraph {
  readonly graph: Graph;
  /** The new id of each tensor that is left, in the order of the old ones. */
  readonly ids: ReadonlyMap<TensorId, TensorId>;
}

/**
 * The model with the given main graph, tensors that nothing refers to left out and the rest numbered anew. A memory plan
 * that the file brought is left out: it was made for other tensors.
 */
export function withMainGraph(model: Model, graph: Graph): CompactModel {
  const { graph: compact, ids } = compactGraph(graph, signaturesOf(model, 0));
  const graphs = [compact, ...model.graphs.slice(1)];
  return { model: withoutOfflinePlan({ ...model, graphs, signatures: moveSignatures(model, [ids]) }), ids };
}

/** The ways into one graph of a model. */
export function signaturesOf({ signatures }: Model, graph: number): readonly Signature[] {
  return signatures.filter((signature) => signature.graph === graph);
}

/** Signatures with the new ids of their graph's tensors; graphs without ids keep theirs. */
export function moveSignatures(
  { signatures }: Model,
  ids: readonly ReadonlyMap<TensorId, TensorId>[],
): readonly Signature[] {
  return signatures.map((signature) => {
    const moves = ids[signature.graph];
    if (!moves) return signature;
    const moved = (id: TensorId) => moves.get(id)!;
    return { ...signature, inputs: moveAll(signature.inputs, moved), outputs: moveAll(signature.outputs, moved) };
  });
}

/** A graph without the tensors that no node, port or signature refers to. */
export function compactGraph(graph: Graph, signatures: readonly Signature[]): CompactGraph {
  const used = usedTensors(graph, signatures);
  const ids = new Map<TensorId, TensorId>();
  for (const { id } of graph.tensors) if (used.has(id)) ids.set(id, ids.size);
  const moved = (id: TensorId) => ids.get(id)!;
  const compact: Graph = {
    ...graph,
    tensors: graph.tensors.filter(({ id }) => used.has(id)).map((tensor) => moveTensor(tensor, moved)),
    nodes: graph.nodes.map((node, index) => moveNode(node, index, moved)),
    inputs: graph.inputs.map(moved),
    outputs: graph.outputs.map(moved),
  };
  return { graph: compact, ids };
}

function usedTensors(graph: Graph, signatures: readonly Signature[]): ReadonlySet<TensorId> {
  const used = new Set<TensorId>([...graph.inputs, ...graph.outputs]);
  for (const node of graph.nodes) {
    for (const id of [...node.inputs, ...node.outputs, ...(node.intermediates ?? [])]) if (id !== null) used.add(id);
  }
  for (const { inputs, outputs } of signatures) {
    for (const id of [...Object.values(inputs), ...Object.values(outputs)]) used.add(id);
  }
  for (const { id, quantization } of graph.tensors) {
    if (used.has(id)) for (const part of partsOf(quantization)) used.add(part);
  }
  return used;
}

/** Tensors of the graph that hold a blockwise tensor's scales and zero points. */
function partsOf(quantization: Quantization | null): readonly TensorId[] {
  const { scaleTensor = -1, zeroPointTensor = -1 } = quantization ?? {};
  return [scaleTensor, zeroPointTensor].filter((id) => id >= 0);
}

function moveTensor(tensor: Tensor, moved: (id: TensorId) => TensorId): Tensor {
  const { quantization } = tensor;
  const id = moved(tensor.id);
  if (quantization === null || partsOf(quantization).length === 0) return { ...tensor, id };
  const { scaleTensor = -1, zeroPointTensor = -1 } = quantization;
  return {
    ...tensor,
    id,
    quantization: {
      ...quantization,
      ...(scaleTensor >= 0 ? { scaleTensor: moved(scaleTensor) } : {}),
      ...(zeroPointTensor >= 0 ? { zeroPointTensor: moved(zeroPointTensor) } : {}),
    },
  };
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
