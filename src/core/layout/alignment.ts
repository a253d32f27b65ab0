import { groupBy, type Adjacency } from './adjacency';
import type { Ordering } from './ordering';
import type { Segments } from './segments';

/** Vertices that stand exactly above each other, as vertical runs. */
export interface Columns {
  readonly columnOf: Int32Array;
  readonly count: number;
  /** Vertices of each column from top to bottom. */
  readonly vertices: Adjacency;
}

/** Above this many segments between two layers, they are taken from left to right instead of by weight. */
const WEIGH_UP_TO = 4000;

/**
 * Joins vertices of neighbouring layers into columns: segments on the longest way through the graph first, then those
 * between two bends, then the rest by the length of the way they lie on; none that crosses one already joined. What
 * lies on the trunk of a network is thus drawn as one straight line. `trunk` joins that line only: columns that lean on
 * each other like stairs make a drawing wide, and then everything else had better bend.
 */
export function alignColumns(segments: Segments, ordering: Ordering, which: 'all' | 'trunk'): Columns {
  const heir = new Int32Array(segments.vertexCount).fill(-1);
  const hasUpper = new Uint8Array(segments.vertexCount);
  for (let layer = 0; layer + 1 < segments.layerCount; layer++) {
    for (const [from, to] of joinable(segments, ordering, layer, which)) {
      heir[from] = to;
      hasUpper[to] = 1;
    }
  }
  const columnOf = new Int32Array(segments.vertexCount);
  let count = 0;
  for (const top of ordering.layers.items) {
    if (hasUpper[top]) continue;
    for (let vertex = top; vertex >= 0; vertex = heir[vertex]!) columnOf[vertex] = count;
    count += 1;
  }
  const inOrder = ordering.layers.items;
  const vertices = groupBy(
    count,
    Int32Array.from(inOrder, (vertex) => columnOf[vertex]!),
    inOrder,
  );
  return { columnOf, count, vertices };
}

type Join = readonly [from: number, to: number];

function joinable(segments: Segments, ordering: Ordering, layer: number, which: 'all' | 'trunk'): readonly Join[] {
  const { below, nodeCount } = segments;
  const { layers, placeOf, depth, height } = ordering;
  const all: { from: number; to: number; weight: number }[] = [];
  for (const from of layers.items.subarray(layers.starts[layer], layers.starts[layer + 1])) {
    for (let i = below.starts[from]!; i < below.starts[from + 1]!; i++) {
      const to = below.items[i]!;
      const way = depth[from]! + height[to]!;
      const isOnTrunk = way === ordering.longest;
      const isBend = from >= nodeCount && to >= nodeCount;
      if (which === 'trunk' && !isOnTrunk) continue;
      all.push({ from, to, weight: way + (isOnTrunk ? 2e7 : isBend ? 1e7 : 0) });
    }
  }
  if (all.length === 1) return [[all[0]!.from, all[0]!.to]];
  if (all.length > WEIGH_UP_TO) return leftToRight(all, placeOf);
  all.sort((a, b) => b.weight - a.weight || placeOf[a.from]! - placeOf[b.from]! || placeOf[a.to]! - placeOf[b.to]!);
  return withoutCrossings(all, placeOf);
}

/** Takes segments in the order given, leaving out those that touch or cross one already taken. */
function withoutCrossings(all: readonly { from: number; to: number }[], placeOf: Int32Array): readonly Join[] {
  const taken: Join[] = [];
  for (const { from, to } of all) {
    let low = 0;
    let high = taken.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (placeOf[taken[middle]![0]]! < placeOf[from]!) low = middle + 1;
      else high = middle;
    }
    const right = taken[low];
    const left = taken[low - 1];
    if (right && (right[0] === from || placeOf[right[1]]! <= placeOf[to]!)) continue;
    if (left && placeOf[left[1]]! >= placeOf[to]!) continue;
    taken.splice(low, 0, [from, to]);
  }
  return taken;
}

function leftToRight(all: readonly { from: number; to: number }[], placeOf: Int32Array): readonly Join[] {
  const taken: Join[] = [];
  for (const { from, to } of all) {
    const last = taken.at(-1);
    if (last && (last[0] === from || placeOf[last[1]]! >= placeOf[to]!)) continue;
    taken.push([from, to]);
  }
  return taken;
}
