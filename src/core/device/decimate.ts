interface Points {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/**
 * Thins points, ordered by time, to at most four a column: the first, lowest, highest and last of each, so that a line
 * through them covers the same pixels as one through all. Gaps (NaN) stay. Linear in the points.
 */
export function decimate({ timesMs, values }: Points, columns: number): Points {
  const count = timesMs.length;
  if (count <= columns * 4) return { timesMs, values };
  const start = timesMs[0]!;
  const width = Math.max((timesMs[count - 1]! - start) / columns, Number.MIN_VALUE);
  const kept = new Uint32Array(columns * 4 + 4);
  let size = 0;
  let from = 0;
  while (from < count) {
    const column = Math.min(columns - 1, Math.floor((timesMs[from]! - start) / width));
    const limit = column === columns - 1 ? Infinity : start + (column + 1) * width;
    let end = from + 1;
    let low = from;
    let high = from;
    for (; end < count && timesMs[end]! < limit; end += 1) {
      // NaN counts as lowest: a gap must show.
      if (values[end]! < values[low]! || (Number.isNaN(values[end]!) && !Number.isNaN(values[low]!))) low = end;
      if (values[end]! > values[high]! || Number.isNaN(values[high]!)) high = end;
    }
    size = keep(kept, size, from, Math.min(low, high), Math.max(low, high), end - 1);
    from = end;
  }
  const chosen = kept.subarray(0, size);
  return { timesMs: pick(timesMs, chosen), values: pick(values, chosen) };
}

/** Appends indices, in order, without repeats. */
function keep(kept: Uint32Array, size: number, ...indices: readonly [number, number, number, number]): number {
  let next = size;
  for (const index of indices) {
    if (next === 0 || kept[next - 1]! < index) {
      kept[next] = index;
      next += 1;
    }
  }
  return next;
}

function pick(source: Float64Array, chosen: Uint32Array): Float64Array {
  return Float64Array.from(chosen, (index) => source[index]!);
}
