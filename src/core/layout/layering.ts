import { groupBy, type Adjacency } from './adjacency';
import type { LayoutGraph } from './layoutGraph';

export interface Layering {
  /** Layer of each node, 0 at the top. */
  readonly layerOf: Int32Array;
  readonly layerCount: number;
  /** 1 for edges that lead to a lower layer; 0 for those that close a cycle. */
  readonly isForward: Uint8Array;
}

/**
 * Longest-path layering: a node stands one layer below the lowest of those it depends on, and a node that depends on
 * none stands just above the first that needs it. Linear in nodes and edges.
 */
export function assignLayers(graph: LayoutGraph): Layering {
  const count = graph.sizes.length / 2;
  const edgeCount = graph.edges.length / 2;
  const from = Int32Array.from({ length: edgeCount }, (_, edge) => graph.edges[2 * edge]!);
  const to = Int32Array.from({ length: edgeCount }, (_, edge) => graph.edges[2 * edge + 1]!);
  const below = groupBy(count, from, to);
  const { order, rank } = topologicalOrder(count, below, to);
  const isForward = Uint8Array.from({ length: edgeCount }, (_, edge) =>
    rank[from[edge]!]! < rank[to[edge]!]! ? 1 : 0,
  );
  const layerOf = new Int32Array(count);
  const isFree = new Uint8Array(count).fill(1);
  for (const node of order) {
    for (let i = below.starts[node]!; i < below.starts[node + 1]!; i++) {
      const next = below.items[i]!;
      if (rank[next]! <= rank[node]!) continue;
      isFree[next] = 0;
      layerOf[next] = Math.max(layerOf[next]!, layerOf[node]! + 1);
    }
  }
  for (let node = 0; node < count; node++) {
    if (isFree[node]) layerOf[node] = Math.max(0, highestBelow(node, below, rank, layerOf) - 1);
  }
  return { layerOf, layerCount: layerOf.reduce((most, layer) => Math.max(most, layer + 1), 0), isForward };
}

function highestBelow(node: number, below: Adjacency, rank: Int32Array, layerOf: Int32Array): number {
  let highest = Infinity;
  for (let i = below.starts[node]!; i < below.starts[node + 1]!; i++) {
    const next = below.items[i]!;
    if (rank[next]! > rank[node]!) highest = Math.min(highest, layerOf[next]!);
  }
  return highest === Infinity ? 1 : highest;
}

/** Kahn's order; where only cycles are left, the node of lowest index goes first. */
function topologicalOrder(count: number, below: Adjacency, to: Int32Array): { order: Int32Array; rank: Int32Array } {
  const waitsFor = new Int32Array(count);
  for (const node of to) waitsFor[node]! += 1;
  const order = new Int32Array(count);
  const rank = new Int32Array(count).fill(-1);
  let length = 0;
  const append = (node: number): void => {
    rank[node] = length;
    order[length++] = node;
  };
  for (let node = 0; node < count; node++) if (waitsFor[node] === 0) append(node);
  for (let done = 0, forced = 0; done < count; done++) {
    while (done === length) {
      if (rank[forced] === -1) append(forced);
      forced += 1;
    }
    const node = order[done]!;
    for (let i = below.starts[node]!; i < below.starts[node + 1]!; i++) {
      const next = below.items[i]!;
      waitsFor[next]! -= 1;
      if (waitsFor[next] === 0 && rank[next] === -1) append(next);
    }
  }
  return { order, rank };
}
