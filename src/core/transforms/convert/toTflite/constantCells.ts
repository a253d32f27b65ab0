/** The elements of a row-major constant at `from` to `from + count` along one axis. */
export function cutAxis(
  bytes: Uint8Array,
  size: number,
  shape: readonly number[],
  { axis, from, count }: { readonly axis: number; readonly from: number; readonly count: number },
): Uint8Array {
  const run = size * shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const outer = shape.slice(0, axis).reduce((product, dim) => product * dim, 1);
  const cut = new Uint8Array(outer * count * run);
  for (let i = 0; i < outer; i++) {
    const start = (i * shape[axis]! + from) * run;
    cut.set(bytes.subarray(start, start + count * run), i * count * run);
  }
  return cut;
}

/** A row-major constant with `factors[axis] - 1` zeros between neighbours along each axis. */
export function spreadCells(
  bytes: Uint8Array,
  size: number,
  shape: readonly number[],
  factors: readonly number[],
): Uint8Array {
  return factors.reduce((made, factor, axis) => {
    if (factor === 1) return made;
    const before = shape.slice(0, axis).map((dim, i) => (dim - 1) * factors[i]! + 1);
    const outer = before.reduce((product, dim) => product * dim, 1);
    const run = size * shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
    const extent = shape[axis]!;
    const wide = (extent - 1) * factor + 1;
    const spread = new Uint8Array(outer * wide * run);
    for (let i = 0; i < outer; i++) {
      for (let at = 0; at < extent; at++) {
        const start = (i * extent + at) * run;
        spread.set(made.subarray(start, start + run), (i * wide + at * factor) * run);
      }
    }
    return spread;
  }, bytes);
}
