import type { Graph, Node } from './graph';
import type { Model } from './model';
import { definitionOf } from './semantics/registry';
import type { Shape } from './shape';
import type { TensorId } from './tensor';
import { bodiesFirst } from './traverse';

/** Multiply-accumulates of one graph: see OpDefinition.macs for what counts. */
export interface GraphMacs {
  /** One a node; null where a needed shape or a number of rounds is unknown, or the operator is not modelled. */
  readonly nodes: readonly (number | null)[];
  /** Null when one of the nodes is. */
  readonly total: number | null;
}

function shapesOf(graph: Graph, tensors: readonly (TensorId | null)[]): readonly (Shape | null)[] {
  return tensors.map((tensor) => (tensor === null ? null : (graph.tensors[tensor]?.shape ?? null)));
}

/** Rounds of a loop are not known before running: only a loop over nothing counted is known to be 0. */
function loopMacs(bodies: readonly (number | null)[]): number | null {
  return bodies.every((macs) => macs === 0) ? 0 : null;
}

function controlMacs(node: Node, totals: readonly (number | null | undefined)[]): number | null {
  if (!('bodies' in node.op)) return null;
  const bodies = node.op.bodies.map((body) => totals[body] ?? null);
  switch (node.op.kind) {
    case 'Call':
      return bodies[0] ?? null;
    case 'CallOnce':
      // Runs before the first inference, not in one.
      return 0;
    case 'If':
      return bodies.reduce<number | null>(
        (most, macs) => (most === null || macs === null ? null : Math.max(most, macs)),
        0,
      );
    case 'While':
    case 'Loop':
    case 'Scan':
      return loopMacs(bodies);
    case 'Opaque':
      return null;
  }
}

function nodeMacs(graph: Graph, node: Node, totals: readonly (number | null | undefined)[]): number | null {
  if ('bodies' in node.op && (node.op.kind !== 'Opaque' || node.op.bodies.length > 0)) return controlMacs(node, totals);
  const definition = definitionOf(node.op);
  if (!definition.macs) return 0;
  const shapes = { node, inputs: shapesOf(graph, node.inputs), outputs: shapesOf(graph, node.outputs) };
  return definition.macs(node.op, shapes);
}

/**
 * MACs of every graph of a model whose shapes are inferred, index = graph. An If counts the larger of its branches.
 * Linear in nodes.
 */
export function countMacs(model: Model): readonly GraphMacs[] {
  const counts: GraphMacs[] = model.graphs.map(() => ({ nodes: [], total: null }));
  const totals = new Array<number | null | undefined>(model.graphs.length);
  for (const index of bodiesFirst(model)) {
    const graph = model.graphs[index]!;
    const nodes = graph.nodes.map((node) => nodeMacs(graph, node, totals));
    const total = nodes.reduce<number | null>((sum, macs) => (sum === null || macs === null ? null : sum + macs), 0);
    counts[index] = { nodes, total };
    totals[index] = total;
  }
  return counts;
}

/** "3×3 /2": what tells a node apart from others of its kind, once shapes are inferred; empty when nothing does. */
export function nodeDetail(graph: Graph, node: Node): string {
  const shapes = { node, inputs: shapesOf(graph, node.inputs), outputs: shapesOf(graph, node.outputs) };
  return definitionOf(node.op).detail?.(node.op, shapes) ?? '';
}
