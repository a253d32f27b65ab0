import type { Adjacency } from './adjacency';
import { groupBy } from './adjacency';
import { countCrossings } from './crossings';
import type { Segments } from './segments';

/** Vertices of each layer from left to right. */
export interface Ordering {
  /** Grouped by layer: those of layer l are `items[starts[l]] .. items[starts[l + 1] - 1]`. */
  readonly layers: Adjacency;
  /** Place of each vertex within its layer. */
  readonly placeOf: Int32Array;
  /** Nodes (not bends) on the longest way from the top to each vertex, itself included. */
  readonly depth: Int32Array;
  /** Nodes on the longest way from each vertex to the bottom, itself included. */
  readonly height: Int32Array;
  /** Nodes on the longest way of all. */
  readonly longest: number;
}

/** Beyond this many vertices the first order stays as the walk found it, save for two sweeps. */
const THOROUGH_UP_TO = 20_000;

/**
 * Orders each layer so that few edges cross: a depth-first walk that takes the longest way first, which puts the trunk
 * of a network to the left and skip connections beside it; then sweeps by barycentre, keeping the best order seen.
 * Source: Sugiyama, Tagawa, Toda, "Methods for visual understanding of hierarchical system structures", 1981.
 */
export function orderLayers(segments: Segments, isEntry: Uint8Array): Ordering {
  const byLayer = groupBy(
    segments.layerCount,
    segments.layerOf,
    Int32Array.from(segments.layerOf, (_, v) => v),
  );
  const depth = longestWays(segments, byLayer.items, segments.above);
  const height = longestWays(segments, byLayer.items.toReversed(), segments.below);
  const layers = { starts: byLayer.starts, items: walkOrder(segments, byLayer, height, isEntry) };
  const placeOf = new Int32Array(segments.vertexCount);
  renumber(layers, placeOf);
  if (segments.vertexCount <= THOROUGH_UP_TO) sweepThoroughly(segments, layers, placeOf);
  else for (const down of [true, false]) sweep(segments, layers, placeOf, down);
  return { layers, placeOf, depth, height, longest: height.reduce((most, length) => Math.max(most, length), 0) };
}

function longestWays({ nodeCount, vertexCount }: Segments, order: Int32Array, before: Adjacency): Int32Array {
  const length = new Int32Array(vertexCount);
  for (const vertex of order) {
    let longest = 0;
    for (let i = before.starts[vertex]!; i < before.starts[vertex + 1]!; i++) {
      longest = Math.max(longest, length[before.items[i]!]!);
    }
    length[vertex] = longest + (vertex < nodeCount ? 1 : 0);
  }
  return length;
}

/** Vertices in the order a depth-first walk meets them, sorted into layers. */
function walkOrder(
  { above, below, layerOf, vertexCount }: Segments,
  byLayer: Adjacency,
  height: Int32Array,
  isEntry: Uint8Array,
): Int32Array {
  const next = byLayer.starts.slice();
  const items = new Int32Array(vertexCount);
  const isMet = new Uint8Array(vertexCount);
  const byHeight = (a: number, b: number): number => height[a]! - height[b]! || b - a;
  const tops = byLayer.items.filter((vertex) => above.starts[vertex] === above.starts[vertex + 1]);
  const stack = [...tops].sort((a, b) => height[a]! - height[b]! || isEntry[a]! - isEntry[b]! || b - a);
  for (let vertex = stack.pop(); vertex !== undefined; vertex = stack.pop()) {
    if (isMet[vertex]) continue;
    isMet[vertex] = 1;
    items[next[layerOf[vertex]!]!++] = vertex;
    const children = below.items.subarray(below.starts[vertex], below.starts[vertex + 1]);
    if (children.length === 1) stack.push(children[0]!);
    else stack.push(...[...children].sort(byHeight).slice(-10_000));
  }
  for (const vertex of byLayer.items) if (!isMet[vertex]) items[next[layerOf[vertex]!]!++] = vertex;
  return items;
}

function renumber(layers: Adjacency, placeOf: Int32Array): void {
  for (let layer = 0; layer + 1 < layers.starts.length; layer++) {
    const start = layers.starts[layer]!;
    for (let i = start; i < layers.starts[layer + 1]!; i++) placeOf[layers.items[i]!] = i - start;
  }
}

function sweepThoroughly(segments: Segments, layers: Adjacency, placeOf: Int32Array): void {
  let fewest = countCrossings(segments, layers, placeOf);
  let best = layers.items.slice();
  const sweeps = segments.vertexCount <= 4000 ? 12 : 4;
  for (let turn = 0; turn < sweeps && fewest > 0; turn++) {
    sweep(segments, layers, placeOf, turn % 2 === 0);
    const crossings = countCrossings(segments, layers, placeOf);
    if (crossings >= fewest) continue;
    fewest = crossings;
    best = layers.items.slice();
  }
  layers.items.set(best);
  renumber(layers, placeOf);
}

function sweep({ above, below, layerCount }: Segments, layers: Adjacency, placeOf: Int32Array, down: boolean): void {
  for (let step = 1; step < layerCount; step++) {
    const layer = down ? step : layerCount - 1 - step;
    const start = layers.starts[layer]!;
    const end = layers.starts[layer + 1]!;
    if (end - start > 1) sortByBarycentre(layers.items.subarray(start, end), down ? above : below, placeOf);
  }
}

function sortByBarycentre(vertices: Int32Array, neighbours: Adjacency, placeOf: Int32Array): void {
  const centre = new Map<number, number>();
  for (const vertex of vertices) {
    const from = neighbours.starts[vertex]!;
    const to = neighbours.starts[vertex + 1]!;
    let sum = 0;
    for (let i = from; i < to; i++) sum += placeOf[neighbours.items[i]!]!;
    centre.set(vertex, to > from ? sum / (to - from) : placeOf[vertex]!);
  }
  vertices.sort((a, b) => centre.get(a)! - centre.get(b)! || placeOf[a]! - placeOf[b]!);
  for (let i = 0; i < vertices.length; i++) placeOf[vertices[i]!] = i;
}
