import { groupBy, type Adjacency } from './adjacency';
import type { Layering } from './layering';
import type { LayoutGraph } from './layoutGraph';

/** Layers that long edges may pass in total; edges beyond it run down the side of the drawing instead. */
const MAX_PASSES = 400_000;

/**
 * The graph with every edge cut into segments from one layer to the next. Vertices are the nodes and, after them, the
 * bends: places where a long edge passes a layer. Edges of one bundle share their bends.
 */
export interface Segments {
  readonly nodeCount: number;
  readonly vertexCount: number;
  readonly layerOf: Int32Array;
  readonly layerCount: number;
  readonly below: Adjacency;
  readonly above: Adjacency;
  /** First bend of each edge's bundle, -1 for a short edge, -2 for an edge down the side. */
  readonly firstBend: Int32Array;
}

export function cutIntoSegments(graph: LayoutGraph, { layerOf, layerCount, isForward }: Layering): Segments {
  const nodeCount = graph.sizes.length / 2;
  const edgeCount = isForward.length;
  const span = (edge: number): number => layerOf[graph.edges[2 * edge + 1]!]! - layerOf[graph.edges[2 * edge]!]!;
  const ways = longWays(graph.bundles, isForward, span);
  const { start: bundleStart, end: vertexCount } = placeBends(ways, nodeCount);

  const layers = new Int32Array(vertexCount);
  layers.set(layerOf);
  const firstBend = new Int32Array(edgeCount);
  const upper: number[] = [];
  const lower: number[] = [];
  const seen = new Set<number>();
  const connect = (a: number, b: number): void => {
    const key = a * vertexCount + b;
    if (seen.has(key)) return;
    seen.add(key);
    upper.push(a);
    lower.push(b);
  };
  for (let edge = 0; edge < edgeCount; edge++) {
    const [from, to] = [graph.edges[2 * edge]!, graph.edges[2 * edge + 1]!];
    const length = span(edge);
    const start = isForward[edge] === 0 ? -2 : length === 1 ? -1 : bundleStart.get(graph.bundles[edge]!)!;
    firstBend[edge] = start;
    if (start === -2) continue;
    let last = from;
    for (let step = 1; step < length; step++) {
      const bend = start + step - 1;
      layers[bend] = layerOf[from]! + step;
      connect(last, bend);
      last = bend;
    }
    connect(last, to);
  }
  return {
    nodeCount,
    vertexCount,
    layerOf: layers,
    layerCount,
    below: groupBy(vertexCount, upper, lower),
    above: groupBy(vertexCount, lower, upper),
    firstBend,
  };
}

/** What a bundle with long edges needs. */
interface LongWay {
  /** Bends for its furthest edge. */
  bends: number;
  /** Layers that its edges pass, each edge counted. */
  passes: number;
}

function longWays(
  bundles: Uint32Array,
  isForward: Uint8Array,
  span: (edge: number) => number,
): ReadonlyMap<number, LongWay> {
  const ways = new Map<number, LongWay>();
  for (let edge = 0; edge < isForward.length; edge++) {
    const bends = span(edge) - 1;
    if (isForward[edge] === 0 || bends < 1) continue;
    const way = ways.get(bundles[edge]!) ?? { bends: 0, passes: 0 };
    ways.set(bundles[edge]!, { bends: Math.max(way.bends, bends), passes: way.passes + bends });
  }
  return ways;
}

/** First vertex of each bundle's bends, shorter bundles first; -2 for those beyond the limit. */
function placeBends(
  ways: ReadonlyMap<number, LongWay>,
  nodeCount: number,
): { start: ReadonlyMap<number, number>; end: number } {
  const start = new Map<number, number>();
  let end = nodeCount;
  let passes = 0;
  for (const [bundle, way] of [...ways].sort(([, a], [, b]) => a.passes - b.passes)) {
    passes += way.passes;
    const hasRoom = passes <= MAX_PASSES;
    start.set(bundle, hasRoom ? end : -2);
    if (hasRoom) end += way.bends;
  }
  return { start, end };
}
