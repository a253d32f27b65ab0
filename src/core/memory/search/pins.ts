import { planGreedily, type PlanRequest } from '../greedyPlanner';
import { mostAlive, searchPlacement } from './placement';

/** Left to the runtime's planner. */
const FREE = -1;

/** Which tensors to pin where, so that TFLM's greedy planner places the rest lower than it would by itself. */
export interface PinnedPlan {
  /** Offset of each tensor, or -1. */
  readonly offsets: Int32Array;
  /** Planned bytes of each runtime, before and with the pins, and the least possible. */
  readonly runtimes: readonly RuntimeGain[];
}

export interface RuntimeGain {
  readonly before: number;
  readonly after: number;
  readonly lowerBound: number;
}

/** Buffers planned while pins are thinned out, before giving up: well under a second. */
const MAX_PLANNED = 1_000_000;

/**
 * Chooses pins for tensors that several runtimes plan with scratch buffers of their own: scratch cannot be pinned, so a
 * pin must do for all of them. The greatest need of all runtimes is made least; then pins that change nothing are
 * dropped. Null when no pins make it less, or when there is too much to plan.
 */
export function choosePins(
  tensors: readonly PlanRequest[],
  scratchOfRuntimes: readonly (readonly PlanRequest[])[],
): PinnedPlan | null {
  const before = heights(tensors, scratchOfRuntimes);
  if (before === null) return null;
  const least = Math.max(...before);
  let best: { readonly offsets: Int32Array; readonly bytes: number } | null = null;
  for (const scratch of scratchOfRuntimes) {
    const found = searchPlacement([...tensors, ...scratch]);
    if (!found) continue;
    const offsets = Int32Array.from(found.best.offsets.subarray(0, tensors.length));
    const bytes = greatest(pinned(tensors, offsets), scratchOfRuntimes);
    if (bytes < (best?.bytes ?? least)) best = { offsets, bytes };
  }
  if (best === null) return null;
  const offsets = withoutIdlePins(tensors, scratchOfRuntimes, best.offsets, best.bytes);
  const after = heights(pinned(tensors, offsets), scratchOfRuntimes)!;
  return {
    offsets,
    runtimes: scratchOfRuntimes.map((scratch, index) => ({
      before: before[index]!,
      after: after[index]!,
      lowerBound: mostAlive([...tensors, ...scratch]),
    })),
  };
}

function pinned(tensors: readonly PlanRequest[], offsets: Int32Array): readonly PlanRequest[] {
  return tensors.map(({ bytes, first, last }, index) => {
    const place = offsets[index]!;
    return place === FREE ? { bytes, first, last } : { bytes, first, last, pinned: place };
  });
}

function heights(
  tensors: readonly PlanRequest[],
  scratchOfRuntimes: readonly (readonly PlanRequest[])[],
): readonly number[] | null {
  const plans = scratchOfRuntimes.map((scratch) => planGreedily([...tensors, ...scratch]));
  return plans.includes(null) ? null : plans.map((plan) => plan!.bytes);
}

function greatest(tensors: readonly PlanRequest[], scratchOfRuntimes: readonly (readonly PlanRequest[])[]): number {
  return Math.max(...(heights(tensors, scratchOfRuntimes) ?? [Infinity]));
}

/** Frees pins, half of them at first and ever smaller groups after, as long as the need stays what it is. */
function withoutIdlePins(
  tensors: readonly PlanRequest[],
  scratchOfRuntimes: readonly (readonly PlanRequest[])[],
  offsets: Int32Array,
  bytes: number,
): Int32Array {
  let kept = offsets;
  let planned = 0;
  // Small tensors are freed first: the pins that are left are those of the large ones, which decide.
  const order = tensors.map((_, index) => index).sort((a, b) => tensors[a]!.bytes - tensors[b]!.bytes);
  for (let group = tensors.length; group >= 1; group = group === 1 ? 0 : Math.ceil(group / 2)) {
    for (let start = 0; start < order.length; start += group) {
      const members = order.slice(start, start + group).filter((index) => kept[index] !== FREE);
      if (members.length === 0) continue;
      planned += tensors.length * scratchOfRuntimes.length;
      if (planned > MAX_PLANNED) return kept;
      const fewer = kept.slice();
      for (const index of members) fewer[index] = FREE;
      if (greatest(pinned(tensors, fewer), scratchOfRuntimes) <= bytes) kept = fewer;
    }
  }
  return kept;
}
