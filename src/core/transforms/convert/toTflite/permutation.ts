/**
 * How a tensor lies in memory against the axes of its file: stored axis i is file axis `permutation[i]`. NHWC storage of
 * an NCHW tensor is [0, 2, 3, 1].
 */
export type Permutation = readonly number[];

export function identity(rank: number): Permutation {
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** Batch first, channels (file axis 1) last. */
export function channelsLast(rank: number): Permutation {
  return rank < 3 ? identity(rank) : [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
}

export function samePermutation(a: Permutation, b: Permutation): boolean {
  return a.length === b.length && a.every((axis, i) => axis === b[i]);
}

export function isIdentity(permutation: Permutation): boolean {
  return permutation.every((axis, i) => axis === i);
}

export function inverse(permutation: Permutation): Permutation {
  const result = new Array<number>(permutation.length);
  permutation.forEach((axis, i) => (result[axis] = i));
  return result;
}

/** The shape in memory of a tensor whose shape in the file is given. */
export function permuted<T>(shape: readonly T[], permutation: Permutation): readonly T[] {
  return permutation.map((axis) => shape[axis]!);
}

/** The transposition that takes a tensor from one storage order to another. */
export function transposition(from: Permutation, to: Permutation): Permutation {
  return to.map((axis) => from.indexOf(axis));
}

/** Whether two orders differ only in where axes of length 1 stand, so that the bytes are the same. */
export function sameBytes(shape: readonly number[], from: Permutation, to: Permutation): boolean {
  const wide = (permutation: Permutation) => permutation.filter((axis) => shape[axis] !== 1);
  return samePermutation(wide(from), wide(to));
}

/** The order of the axes that are left when some are reduced away, numbered anew. */
export function withoutAxes(permutation: Permutation, removed: ReadonlySet<number>): Permutation {
  const left = permutation.filter((axis) => !removed.has(axis));
  const sorted = [...left].sort((a, b) => a - b);
  return left.map((axis) => sorted.indexOf(axis));
}

/** Axes of the input [from, to) that become axes of the output [toFrom, toTo): their elements are the same run. */
interface Run {
  readonly input: readonly number[];
  readonly output: readonly number[];
}

/** Cuts a reshape into the smallest runs of axes with equal products; null when one of the shapes holds a 0. */
function runsOf(input: readonly number[], output: readonly number[]): readonly Run[] | null {
  if (input.includes(0) || output.includes(0)) return null;
  const runs: Run[] = [];
  let [i, o] = [0, 0];
  while (i < input.length || o < output.length) {
    const run: { input: number[]; output: number[] } = { input: [], output: [] };
    let [left, right] = [1, 1];
    do {
      if (left <= right && i < input.length) {
        left *= input[i]!;
        run.input.push(i++);
      } else if (o < output.length) {
        right *= output[o]!;
        run.output.push(o++);
      } else {
        left *= input[i]!;
        run.input.push(i++);
      }
    } while ((left !== right || run.output.length === 0) && (i < input.length || o < output.length));
    runs.push(run);
  }
  return mergeEmpty(runs);
}

/** A run without axes on one side (only ones on the other) joins its neighbour. */
function mergeEmpty(runs: readonly Run[]): readonly Run[] {
  const merged: Run[] = [];
  for (const run of runs) {
    const last = merged.at(-1);
    if (last && (run.input.length === 0 || run.output.length === 0 || last.input.length === 0)) {
      merged[merged.length - 1] = {
        input: [...last.input, ...run.input],
        output: [...last.output, ...run.output],
      };
    } else merged.push(run);
  }
  return merged;
}

/**
 * The order in which the result of a reshape lies when the stored bytes are left alone: null when the stored order tears
 * apart axes that the reshape joins. Shapes are the file's.
 */
export function reshapedOrder(
  input: readonly number[],
  output: readonly number[],
  stored: Permutation,
): Permutation | null {
  const runs = runsOf(input, output);
  if (!runs) return null;
  const runOf = new Map(runs.flatMap((run) => run.input.map((axis) => [axis, run] as const)));
  const order: number[] = [];
  const placed = new Set<Run>();
  const wide = stored.filter((axis) => input[axis] !== 1);
  for (let at = 0; at < wide.length;) {
    const run = runOf.get(wide[at]!)!;
    const needed = run.input.filter((axis) => input[axis] !== 1);
    if (!needed.every((axis, i) => wide[at + i] === axis)) return null;
    order.push(...run.output);
    placed.add(run);
    at += needed.length;
  }
  // Runs of ones only: anywhere will do; at their place in the file keeps plain reshapes plain.
  for (const run of runs) if (!placed.has(run)) insertSorted(order, run.output);
  return order.length === output.length ? order : null;
}

/**
 * The stored order with the axes that a reshape joins brought together, each run at the place of its last axis: one
 * transposition away from a reshape that keeps the rest of the layout.
 */
export function mendedOrder(input: readonly number[], output: readonly number[], stored: Permutation): Permutation {
  const runs = runsOf(input, output) ?? [];
  const runOf = new Map(runs.flatMap((run) => run.input.map((axis) => [axis, run] as const)));
  const order: number[] = [];
  stored.forEach((axis, place) => {
    const run = runOf.get(axis);
    const isLast = !stored.slice(place + 1).some((later) => runOf.get(later) === run && input[later] !== 1);
    if (!run || input[axis] === 1) return;
    if (isLast) order.push(...run.input.filter((each) => input[each] !== 1));
  });
  return [...order, ...stored.filter((axis) => !order.includes(axis))];
}

function insertSorted(order: number[], axes: readonly number[]): void {
  for (const axis of axes) {
    const at = order.indexOf(axis - 1);
    order.splice(at + 1, 0, axis);
  }
}

/** A transposition without axes of length 1, and with axes that stay side by side as one. */
export function collapsed(
  shape: readonly number[],
  permutation: Permutation,
): { readonly shape: readonly number[]; readonly permutation: Permutation } {
  const wide = permutation.filter((axis) => shape[axis] !== 1);
  const sorted = [...wide].sort((a, b) => a - b);
  const groups: number[][] = [];
  for (const axis of wide) {
    const last = groups.at(-1);
    const isNext = last !== undefined && sorted[sorted.indexOf(last.at(-1)!) + 1] === axis;
    if (isNext) last.push(axis);
    else groups.push([axis]);
  }
  const inFile = [...groups].sort((a, b) => a[0]! - b[0]!);
  return {
    shape: inFile.map((group) => group.reduce((product, axis) => product * shape[axis]!, 1)),
    permutation: groups.map((group) => inFile.indexOf(group)),
  };
}
