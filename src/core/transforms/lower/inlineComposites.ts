import { ModelError } from '../../ir/errors';
import type { Graph, Node } from '../../ir/graph';
import { mainGraph, type Model } from '../../ir/model';
import type { Tensor, TensorId } from '../../ir/tensor';

/** More nodes than any real model has: composites that name each other grow without end. */
const MAX_NODES = 1_000_000;

const MAX_DEPTH = 32;

const isComposite = ({ op, source }: Node): boolean =>
  source.op === 'STABLEHLO_COMPOSITE' && 'bodies' in op && op.bodies.length === 1;

interface Pending {
  readonly node: Node;
  readonly depth: number;
}

/**
 * The model with every composite of its main graph replaced by the operators of its decomposition, which the file holds
 * as a graph of its own. Ids of the main graph's tensors stay; `source.index` of what comes from a decomposition is the
 * composite's. Throws ModelError `corrupt` for decompositions that contain themselves.
 */
export function inlineComposites(model: Model): Model {
  const graph = mainGraph(model);
  if (!graph.nodes.some(isComposite)) return model;
  const tensors: Tensor[] = [...graph.tensors];
  const nodes: Node[] = [];
  const pending: Pending[] = graph.nodes.map((node) => ({ node, depth: 0 })).reverse();
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, depth } = next;
    const body = isComposite(node) && 'bodies' in node.op ? model.graphs[node.op.bodies[0]!] : undefined;
    if (!body) {
      nodes.push({ ...node, id: nodes.length });
      continue;
    }
    if (depth >= MAX_DEPTH || nodes.length + pending.length > MAX_NODES)
      throw new ModelError('corrupt', 'Its composites are nested without end.');
    const inner = expanded(node, body, tensors);
    for (const each of inner.reverse()) pending.push({ node: each, depth: depth + 1 });
  }
  return { ...model, graphs: [{ ...graph, tensors, nodes }, ...model.graphs.slice(1)] };
}

/** The nodes of a decomposition on the composite's own operands; its other tensors are added to `tensors`. */
function expanded({ inputs, outputs, source }: Node, body: Graph, tensors: Tensor[]): Node[] {
  const ids = new Map<TensorId, TensorId>();
  body.inputs.forEach((id, i) => {
    const given = inputs[i];
    if (given !== null && given !== undefined) ids.set(id, given);
  });
  const made = new Set(body.nodes.flatMap((node) => node.outputs));
  const passed: (readonly [from: TensorId, to: TensorId])[] = [];
  body.outputs.forEach((id, i) => {
    const wanted = outputs[i];
    if (wanted === undefined) return;
    if (made.has(id) && !ids.has(id)) ids.set(id, wanted);
    else passed.push([id, wanted]);
  });
  const moved = (id: TensorId): TensorId => {
    const known = ids.get(id);
    if (known !== undefined) return known;
    ids.set(id, tensors.length);
    tensors.push({ ...body.tensors[id]!, id: tensors.length });
    return tensors.length - 1;
  };
  const inner = body.nodes.map((node): Node => ({
    ...node,
    inputs: node.inputs.map((id) => (id === null ? null : moved(id))),
    outputs: node.outputs.map(moved),
    source: { ...node.source, index: source.index },
  }));
  // An output that is an input, a constant or an output already.
  const copies = passed.map(([from, to]): Node => ({
    id: 0,
    op: { kind: 'Identity' },
    inputs: [moved(from)],
    outputs: [to],
    source: { ...source, op: 'RESHAPE', attributes: {} },
  }));
  return [...inner, ...copies];
}
