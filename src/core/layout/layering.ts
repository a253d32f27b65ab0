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
 * Longest-path layering: a node stands one layer below the lowest of those it depends on. What does not descend from
 * the start of the longest way (side inputs and what is made of them alone) moves down to just above its first use.
 * Linear in nodes and edges.
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
  for (const node of order) {
    for (const next of forward(node, below, rank)) layerOf[next] = Math.max(layerOf[next]!, layerOf[node]! + 1);
  }
  sinkSideBranches(order, below, rank, layerOf, graph.isEntry);
  return { layerOf, layerCount: layerOf.reduce((most, layer) => Math.max(most, layer + 1), 0), isForward };
}

function forward(node: number, below: Adjacency, rank: Int32Array): Int32Array {
  const next = below.items.subarray(below.starts[node], below.starts[node + 1]);
  return next.every((other) => rank[other]! > rank[node]!) ? next : next.filter((other) => rank[other]! > rank[node]!);
}

function sinkSideBranches(
  order: Int32Array,
  below: Adjacency,
  rank: Int32Array,
  layerOf: Int32Array,
  isEntry: Uint8Array,
): void {
  const descends = new Uint8Array(order.length);
  descends[startOfLongestWay(order, below, rank, layerOf, isEntry)] = 1;
  for (const node of order) if (descends[node]) for (const next of forward(node, below, rank)) descends[next] = 1;
  for (const node of order.toReversed()) {
    if (descends[node]) continue;
    const first = forward(node, below, rank).reduce((least, next) => Math.min(least, layerOf[next]!), Infinity);
    if (first !== Infinity) layerOf[node] = first - 1;
  }
}

/** Among equals an entry, and the first of them. */
function startOfLongestWay(
  order: Int32Array,
  below: Adjacency,
  rank: Int32Array,
  layerOf: Int32Array,
  isEntry: Uint8Array,
): number {
  const height = new Int32Array(order.length);
  let start = order[0] ?? 0;
  for (const node of order.toReversed()) {
    for (const next of forward(node, below, rank)) height[node] = Math.max(height[node]!, height[next]! + 1);
    if (layerOf[node] !== 0) continue;
    const difference = height[node]! - height[start]! || isEntry[node]! - isEntry[start]!;
    if (difference >= 0) start = node;
  }
  return start;
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
