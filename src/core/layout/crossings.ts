import type { Adjacency } from './adjacency';
import type { Segments } from './segments';

/**
 * Crossings between segments over all pairs of neighbouring layers, by counting inversions with an accumulator tree.
 * Source: Barth, Jünger, Mutzel, "Simple and efficient bilayer cross counting", 2002.
 */
export function countCrossings({ below, layerCount }: Segments, layers: Adjacency, placeOf: Int32Array): number {
  let crossings = 0;
  for (let layer = 0; layer + 1 < layerCount; layer++) {
    const upper = layers.items.subarray(layers.starts[layer], layers.starts[layer + 1]);
    const lowerSize = layers.starts[layer + 2]! - layers.starts[layer + 1]!;
    if (upper.length > 1 && lowerSize > 1) crossings += inversions(endsInOrder(upper, below, placeOf), lowerSize);
  }
  return crossings;
}

function endsInOrder(upper: Int32Array, below: Adjacency, placeOf: Int32Array): number[] {
  const ends: number[] = [];
  for (const vertex of upper) {
    const own = below.items.subarray(below.starts[vertex], below.starts[vertex + 1]);
    ends.push(...Array.from(own, (end) => placeOf[end]!).sort((a, b) => a - b));
  }
  return ends;
}

/** Pairs in which a larger value comes before a smaller one. */
function inversions(values: readonly number[], size: number): number {
  const tree = new Int32Array(size + 1);
  let count = 0;
  for (const [seen, value] of values.entries()) {
    let notLarger = 0;
    for (let i = value + 1; i > 0; i -= i & -i) notLarger += tree[i]!;
    count += seen - notLarger;
    for (let i = value + 1; i <= size; i += i & -i) tree[i]! += 1;
  }
  return count;
}
