import type { ArenaPlan, PlanRequest } from '../greedyPlanner';

/** A buffer in turn, and the places left to try for it. */
interface Level {
  readonly places: readonly number[];
  next: number;
}

/** Depth-first search for a placement below a height: buffers in a fixed order, each at the ends of gaps that hold it. */
export class Backtracking {
  readonly #requests: readonly PlanRequest[];
  readonly #order: readonly number[];
  /** For each place in the order: the earlier buffers that live at the same time. */
  readonly #earlier: readonly (readonly number[])[];
  #states: number;

  /** `states` bounds how many placements of one buffer are tried, over all searches. */
  constructor(requests: readonly PlanRequest[], order: readonly number[], states: number) {
    this.#requests = requests;
    this.#order = order;
    this.#states = states;
    this.#earlier = order.map((index, turn) =>
      order.slice(0, turn).filter((other) => meet(requests[index]!, requests[other]!)),
    );
  }

  get isSpent(): boolean {
    return this.#states <= 0;
  }

  /** A placement of at most `height` bytes; null when none was found. */
  below(height: number): ArenaPlan | null {
    const offsets = new Float64Array(this.#requests.length);
    const levels: Level[] = [this.#level(0, height, offsets)];
    while (levels.length > 0 && this.#states > 0) {
      const level = levels.at(-1)!;
      const place = level.places[level.next++];
      if (place === undefined) {
        levels.pop();
        continue;
      }
      this.#states -= 1;
      offsets[this.#order[levels.length - 1]!] = place;
      if (levels.length === this.#order.length) return { offsets, bytes: this.#height(offsets) };
      levels.push(this.#level(levels.length, height, offsets));
    }
    return null;
  }

  #level(turn: number, height: number, offsets: Float64Array): Level {
    const { bytes } = this.#requests[this.#order[turn]!]!;
    const taken = this.#earlier[turn]!.toSorted((a, b) => offsets[a]! - offsets[b]!);
    const places: number[] = [];
    let free = 0;
    const close = (end: number): void => {
      if (end - free < bytes) return;
      places.push(free);
      if (end - free > bytes) places.push(end - bytes);
    };
    for (const other of taken) {
      close(offsets[other]!);
      free = Math.max(free, offsets[other]! + this.#requests[other]!.bytes);
    }
    close(height);
    return { places, next: 0 };
  }

  #height(offsets: Float64Array): number {
    return this.#requests.reduce((most, { bytes }, index) => Math.max(most, offsets[index]! + bytes), 0);
  }
}

function meet(a: PlanRequest, b: PlanRequest): boolean {
  return a.first <= b.last && b.first <= a.last;
}
