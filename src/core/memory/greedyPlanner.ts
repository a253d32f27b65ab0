/** What the planner needs to know of a buffer. Bytes are aligned; times are inclusive and at least -1. */
export interface PlanRequest {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  /** A place it must have, whatever else lies there; left out where the planner decides. */
  readonly pinned?: number;
}

export interface ArenaPlan {
  /** Offset of each buffer from the start of the arena, in the order asked. */
  readonly offsets: Float64Array;
  /** End of the highest buffer. */
  readonly bytes: number;
}

/** Pairs of buffers alive together that are looked at before giving up: well under a second of work. */
const MAX_PAIRS = 10_000_000;
/** Buffers alive together are sorted by keys of this many positions. */
const KEY_RADIX = 2 ** 20;
/** Offsets are multiples of the arena's alignment. */
const KEY_UNIT = 16;
/** Ends of buffers beyond this have no exact key; no arena is a thousandth of it. */
const MAX_END = (2 ** 53 / KEY_RADIX) * KEY_UNIT;

/**
 * Places buffers as TFLM's greedy planner does: the largest first (among equals, the one asked last first), each in the
 * lowest gap between the buffers already placed whose times meet its own; pinned ones before all others. Offsets equal
 * TFLM's, so that the arena does too. Null when more buffers are alive together than can be planned in bounded time, or they take
 * more than 100 GB.
 * Source of the order and the gap rule: GreedyMemoryPlanner::CalculateOffsetsIfNeeded in tensorflow/tflite-micro
 * greedy_memory_planner.cc. TFLM walks all placed buffers; here an index by time finds those that matter.
 */
export function planGreedily(requests: readonly PlanRequest[]): ArenaPlan | null {
  const order = requests.map((_, index) => requests.length - 1 - index);
  return placeInOrder(
    requests,
    order.sort((a, b) => compareRanks(requests[a]!, requests[b]!)),
  );
}

/** Places buffers one after another, each in the lowest gap that holds it; null as for `planGreedily`. */
export function placeInOrder(requests: readonly PlanRequest[], order: readonly number[]): ArenaPlan | null {
  const offsets = new Float64Array(requests.length);
  const placed = new PlacedBuffers(requests);
  const together: number[] = [];
  let pairs = 0;
  let bytes = 0;
  for (const index of order) {
    const request = requests[index]!;
    together.length = 0;
    placed.collect(request, together);
    pairs += together.length;
    if (pairs > MAX_PAIRS || together.length >= KEY_RADIX) return null;
    const offset = request.pinned ?? lowestGap(request.bytes, together, requests, offsets);
    offsets[index] = offset;
    bytes = Math.max(bytes, offset + request.bytes);
    if (bytes >= MAX_END) return null;
    placed.add(index);
  }
  return { offsets, bytes };
}

function compareRanks(a: PlanRequest, b: PlanRequest): number {
  const pinnedFirst = Number(b.pinned !== undefined) - Number(a.pinned !== undefined);
  return pinnedFirst || b.bytes - a.bytes;
}

function lowestGap(
  bytes: number,
  together: readonly number[],
  requests: readonly PlanRequest[],
  offsets: Float64Array,
): number {
  const keys = new Float64Array(together.length);
  for (let i = 0; i < keys.length; i++) keys[i] = (offsets[together[i]!]! / KEY_UNIT) * KEY_RADIX + i;
  keys.sort();
  let candidate = 0;
  for (const key of keys) {
    const neighbour = together[key % KEY_RADIX]!;
    const start = offsets[neighbour]!;
    if (start - candidate >= bytes) break;
    candidate = Math.max(candidate, start + requests[neighbour]!.bytes);
  }
  return candidate;
}

/** Buffers already placed, found by time: those alive at a step through a segment tree, later ones by their start. */
class PlacedBuffers {
  readonly #requests: readonly PlanRequest[];
  /** Leaves of the tree: a power of two above the number of steps. */
  readonly #leaves: number;
  readonly #alive = new Map<number, number[]>();
  readonly #starting = new Map<number, number[]>();
  /** Steps at which any buffer starts, ascending: long lives skip the others. */
  readonly #starts: Int32Array;

  constructor(requests: readonly PlanRequest[]) {
    this.#requests = requests;
    const steps = requests.reduce((most, request) => Math.max(most, request.last), 0) + 2;
    this.#leaves = 2 ** Math.ceil(Math.log2(steps));
    this.#starts = Int32Array.from(new Set(requests.map((request) => request.first))).sort();
  }

  /** Appends every placed buffer whose time meets the request's. */
  collect(request: PlanRequest, into: number[]): void {
    for (let node = this.#leaves + request.first + 1; node >= 1; node >>= 1) append(into, this.#alive.get(node));
    for (let i = this.#indexAfter(request.first); i < this.#starts.length; i++) {
      const start = this.#starts[i]!;
      if (start > request.last) break;
      append(into, this.#starting.get(start));
    }
  }

  add(index: number): void {
    const { first, last } = this.#requests[index]!;
    push(this.#starting, first, index);
    let low = this.#leaves + first + 1;
    let high = this.#leaves + last + 2;
    for (; low < high; low >>= 1, high >>= 1) {
      if (low & 1) push(this.#alive, low++, index);
      if (high & 1) push(this.#alive, --high, index);
    }
  }

  #indexAfter(step: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= step) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function push(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function append(into: number[], list: readonly number[] | undefined): void {
  if (list) for (const value of list) into.push(value);
}
