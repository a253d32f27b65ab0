import { groupBy } from './adjacency';
import type { LayoutGraph } from './layoutGraph';
import type { Segments } from './segments';

const PORT_GAP = 12;

/** The last vertex that an edge passes before its end: its source or a bend. */
export function lastVertex(graph: LayoutGraph, { firstBend, layerOf }: Segments, edge: number): number {
  const first = firstBend[edge]!;
  const from = graph.edges[2 * edge]!;
  return first < 0 ? from : first + layerOf[graph.edges[2 * edge + 1]!]! - layerOf[from]! - 2;
}

/**
 * The x at which each edge enters its node: one that comes straight from above at the centre, the others beside it in
 * the order of where they come from. `x` and `widths` are those of the vertices.
 */
export function enterPorts(
  graph: LayoutGraph,
  segments: Segments,
  x: Float64Array,
  widths: Float32Array,
): Float64Array {
  const edgeCount = graph.edges.length / 2;
  const origins = Float64Array.from({ length: edgeCount }, (_, edge) => x[lastVertex(graph, segments, edge)]!);
  const targets = Int32Array.from({ length: edgeCount }, (_, edge) => graph.edges[2 * edge + 1]!);
  const into = groupBy(
    segments.nodeCount,
    targets,
    Int32Array.from(targets, (_, edge) => edge),
  );
  const ports = new Float64Array(edgeCount);
  for (let node = 0; node < segments.nodeCount; node++) {
    const edges = into.items.subarray(into.starts[node], into.starts[node + 1]);
    const centre = x[node]!;
    for (const edge of edges) ports[edge] = centre;
    if (edges.length < 2) continue;
    const room = widths[node]! / 2 - PORT_GAP;
    spread(
      edges.filter((edge) => origins[edge]! < centre - 0.5),
      -1,
      centre,
      room,
      origins,
      ports,
    );
    spread(
      edges.filter((edge) => origins[edge]! > centre + 0.5),
      1,
      centre,
      room,
      origins,
      ports,
    );
  }
  return ports;
}

/** The edge from furthest away gets the outermost place. */
function spread(
  edges: Int32Array,
  side: -1 | 1,
  centre: number,
  room: number,
  origins: Float64Array,
  ports: Float64Array,
): void {
  edges.sort((a, b) => side * (origins[a]! - origins[b]!) || a - b);
  const gap = Math.min(PORT_GAP, room / Math.max(1, edges.length));
  for (const [rank, edge] of edges.entries()) ports[edge] = centre + side * gap * (rank + 1);
}
