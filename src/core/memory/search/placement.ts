import { placeInOrder, planGreedily, type ArenaPlan, type PlanRequest } from '../greedyPlanner';
import { Backtracking } from './backtracking';

/** Placements of one buffer that are tried before giving up: tens of milliseconds. */
const MAX_STATES = 100_000;
/** Beyond this buffers are placed by orders alone. */
const MAX_BUFFERS = 2000;
const ALIGNMENT = 16;

export interface PlacementSearch {
  readonly best: ArenaPlan;
  /** The most alive at once: nothing can be lower. */
  readonly lowerBound: number;
}

/**
 * Looks for the lowest placement of buffers that must not overlap while both live: several orders of first fit, the
 * most crowded steps first among them, then a backtracking search below the best of them. Bounded in states and memory.
 * Null when more buffers are alive together than can be placed in bounded time.
 *
 * The order by breadth follows "Efficient Memory Management for Deep Neural Net Inference" (Pisarchyk and Lee, 2020).
 */
export function searchPlacement(requests: readonly PlanRequest[]): PlacementSearch | null {
  const lowerBound = mostAlive(requests);
  let best = planGreedily(requests);
  if (best === null) return null;
  for (const order of orders(requests)) {
    if (best.bytes <= lowerBound) break;
    const plan = placeInOrder(requests, order);
    if (plan !== null && plan.bytes < best.bytes) best = plan;
  }
  if (best.bytes > lowerBound && requests.length <= MAX_BUFFERS) {
    best = lowerBelow(requests, byBreadth(requests), best, lowerBound);
  }
  return { best, lowerBound };
}

/** Tries the lower bound itself, then heights half-way between what is reached and what is not. */
function lowerBelow(
  requests: readonly PlanRequest[],
  order: readonly number[],
  known: ArenaPlan,
  lowerBound: number,
): ArenaPlan {
  const search = new Backtracking(requests, order, MAX_STATES);
  let best = known;
  let height = lowerBound;
  while (height < best.bytes && !search.isSpent) {
    const plan = search.below(height);
    if (plan !== null) best = plan;
    const middle = Math.ceil((height + best.bytes) / 2 / ALIGNMENT) * ALIGNMENT;
    if (middle >= best.bytes || middle === height) break;
    height = middle;
  }
  return best;
}

/** Bytes alive at the fullest step. */
export function mostAlive(requests: readonly PlanRequest[]): number {
  const change = new Map<number, number>();
  for (const { first, last, bytes } of requests) {
    change.set(first, (change.get(first) ?? 0) + bytes);
    change.set(last + 1, (change.get(last + 1) ?? 0) - bytes);
  }
  let alive = 0;
  let most = 0;
  for (const step of [...change.keys()].sort((a, b) => a - b)) {
    alive += change.get(step)!;
    most = Math.max(most, alive);
  }
  return most;
}

function sortedBy(requests: readonly PlanRequest[], order: (a: number, b: number) => number): readonly number[] {
  return requests.map((_, index) => index).sort(order);
}

function orders(requests: readonly PlanRequest[]): readonly (readonly number[])[] {
  const bytes = (index: number): number => requests[index]!.bytes;
  const life = (index: number): number => requests[index]!.last - requests[index]!.first + 1;
  return [
    byBreadth(requests),
    sortedBy(requests, (a, b) => bytes(b) - bytes(a) || a - b),
    sortedBy(requests, (a, b) => bytes(b) * life(b) - bytes(a) * life(a) || a - b),
    sortedBy(requests, (a, b) => life(b) - life(a) || bytes(b) - bytes(a)),
    sortedBy(requests, (a, b) => requests[a]!.first - requests[b]!.first || bytes(b) - bytes(a)),
    sortedBy(requests, (a, b) => requests[b]!.last - requests[a]!.last || bytes(b) - bytes(a)),
  ];
}

/** Buffers of the fullest step first, the largest of them first. */
function byBreadth(requests: readonly PlanRequest[]): readonly number[] {
  const breadth = breadthOf(requests);
  return sortedBy(requests, (a, b) => breadth[b]! - breadth[a]! || requests[b]!.bytes - requests[a]!.bytes || a - b);
}

/** The most that is alive at any step of each buffer's life. */
function breadthOf(requests: readonly PlanRequest[]): Float64Array {
  const steps = requests.reduce((most, { last }) => Math.max(most, last), 0) + 2;
  const alive = new Float64Array(steps + 1);
  for (const { first, last, bytes } of requests) {
    alive[first + 1]! += bytes;
    alive[last + 2]! -= bytes;
  }
  for (let step = 1; step <= steps; step++) alive[step]! += alive[step - 1]!;
  const table = new RangeMaximum(alive);
  return Float64Array.from(requests, ({ first, last }) => table.over(first + 1, last + 1));
}

/** The largest of any range of a list, from tables of powers of two. */
class RangeMaximum {
  readonly #levels: Float64Array[];

  constructor(values: Float64Array) {
    this.#levels = [values];
    for (let width = 1; 2 * width <= values.length; width *= 2) {
      const below = this.#levels.at(-1)!;
      const level = new Float64Array(values.length - 2 * width + 1);
      for (let i = 0; i < level.length; i++) level[i] = Math.max(below[i]!, below[i + width]!);
      this.#levels.push(level);
    }
  }

  /** Both ends included. */
  over(from: number, to: number): number {
    const level = Math.floor(Math.log2(to - from + 1));
    const values = this.#levels[level]!;
    return Math.max(values[from]!, values[to - 2 ** level + 1]!);
  }
}
