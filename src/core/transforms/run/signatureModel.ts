import { ModelError } from '../../ir/errors';
import type { Graph, Node } from '../../ir/graph';
import type { Model, Signature } from '../../ir/model';
import type { TensorId } from '../../ir/tensor';

/** A model whose main graph is the one that a signature enters, and the signature's own names of inputs and outputs. */
export interface EnteredModel {
  readonly model: Model;
  /** Names by tensor; empty without a signature. */
  readonly names: ReadonlyMap<TensorId, string>;
}

/** Enters a model by a signature, or by its main graph (null). Throws ModelError `bad-data` for an unknown key. */
export function enterModel(model: Model, key: string | null): EnteredModel {
  if (key === null) return { model, names: new Map() };
  const signature = model.signatures.find((each) => each.key === key);
  if (!signature) {
    const known = model.signatures.map((each) => each.key).join(', ');
    throw new ModelError('bad-data', `There is no signature ${key}; the model has ${known || 'none'}.`);
  }
  return { model: withMainGraph(model, signature.graph), names: namesOf(signature) };
}

function namesOf({ inputs, outputs }: Signature): ReadonlyMap<TensorId, string> {
  return new Map([...Object.entries(outputs), ...Object.entries(inputs)].map(([name, tensor]) => [tensor, name]));
}

/** Graph `index` and the main graph change places; nodes refer to their bodies by the new numbers. */
function withMainGraph(model: Model, index: number): Model {
  const main = model.graphs[0];
  const entered = model.graphs[index];
  if (index === 0 || !main || !entered) return model;
  const moved = (graph: number): number => (graph === 0 ? index : graph === index ? 0 : graph);
  const rebound = model.graphs.map((graph) => withBodies(graph, moved));
  const graphs = rebound.map((_, i) => rebound[moved(i)]!);
  return { ...model, graphs };
}

function withBodies(graph: Graph, moved: (graph: number) => number): Graph {
  const rebind = (node: Node): Node =>
    'bodies' in node.op && node.op.bodies.length > 0
      ? { ...node, op: { ...node.op, bodies: node.op.bodies.map(moved) } }
      : node;
  return { ...graph, nodes: graph.nodes.map(rebind) };
}
