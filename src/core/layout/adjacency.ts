/** Neighbours of numbered things as two flat arrays: those of `v` are `items[starts[v]] .. items[starts[v + 1] - 1]`. */
export interface Adjacency {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

/** Groups `values` by `keys` (0 to count - 1), keeping their order within a group. */
export function groupBy(count: number, keys: ArrayLike<number>, values: ArrayLike<number>): Adjacency {
  const starts = new Int32Array(count + 1);
  for (let i = 0, length = keys.length; i < length; i++) starts[keys[i]! + 1]! += 1;
  for (let key = 0; key < count; key++) starts[key + 1]! += starts[key]!;
  const next = starts.slice();
  const items = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) items[next[keys[i]!]!++] = values[i]!;
  return { starts, items };
}
