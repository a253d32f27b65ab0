import { alignColumns } from './alignment';
import { LINE_GAP, placeColumns } from './columns';
import { assignLayers } from './layering';
import type { LayoutGraph, Positions } from './layoutGraph';
import { orderLayers, type Ordering } from './ordering';
import { route } from './routing';
import { cutIntoSegments, type Segments } from './segments';

const MARGIN = 16;
/** A drawing this many times as wide as its widest layer leans like stairs. */
const STAIRS = 2;

/**
 * Draws a graph in layers from top to bottom, trunk straight, skip connections beside it. Deterministic; every pass is
 * iterative and bounded by the size of the graph, so that 100,000 nodes take seconds and a cycle is drawn too.
 */
export function layoutDag(graph: LayoutGraph): Positions {
  const nodeCount = graph.sizes.length / 2;
  if (nodeCount === 0) {
    return {
      boxes: new Float32Array(),
      edgePoints: new Float32Array(),
      edgeStarts: new Uint32Array(1),
      width: 0,
      height: 0,
    };
  }
  const segments = cutIntoSegments(graph, assignLayers(graph));
  const ordering = orderLayers(segments, graph.isEntry);
  const widths = new Float32Array(segments.vertexCount);
  for (let node = 0; node < nodeCount; node++) widths[node] = graph.sizes[2 * node]!;
  const x = placeVertices(segments, ordering, widths);
  return route(graph, segments, x, widths);
}

/** The x of every vertex's centre, the leftmost box at the margin. */
function placeVertices(segments: Segments, ordering: Ordering, widths: Float32Array): Float64Array {
  const straight = placeAligned(segments, ordering, widths, 'all');
  if (straight.width <= STAIRS * widestLayer(segments, ordering, widths)) return straight.x;
  const bent = placeAligned(segments, ordering, widths, 'trunk');
  return bent.width < straight.width ? bent.x : straight.x;
}

function placeAligned(
  segments: Segments,
  ordering: Ordering,
  widths: Float32Array,
  which: 'all' | 'trunk',
): { x: Float64Array; width: number } {
  const columns = alignColumns(segments, ordering, which);
  const columnX = placeColumns(segments, ordering, columns, widths);
  const x = Float64Array.from(columns.columnOf, (column) => columnX[column]!);
  let left = Infinity;
  let right = -Infinity;
  for (let vertex = 0; vertex < x.length; vertex++) {
    left = Math.min(left, x[vertex]! - widths[vertex]! / 2);
    right = Math.max(right, x[vertex]! + widths[vertex]! / 2);
  }
  return { x: x.map((value) => value - left + MARGIN), width: right - left };
}

/** Width of the layer that takes most room, packed. */
function widestLayer({ layerCount }: Segments, { layers }: Ordering, widths: Float32Array): number {
  let widest = 0;
  for (let layer = 0; layer < layerCount; layer++) {
    let width = 0;
    for (let i = layers.starts[layer]!; i < layers.starts[layer + 1]!; i++)
      width += widths[layers.items[i]!]! + LINE_GAP;
    widest = Math.max(widest, width);
  }
  return widest;
}
