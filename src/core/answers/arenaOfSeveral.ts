import type { Need } from '../targets/fit';
import type { ProfileAnswer } from './profileAnswer';

/** One arena for several models, in bytes. */
export interface SharedArena {
  /** The largest of the models': they take turns with it. */
  readonly planned: number;
  /** The sum: each model keeps its own. */
  readonly persistent: number;
  readonly total: number;
  /** What must be allocated, so that each AllocateTensors in turn finds the room it needs while it plans. */
  readonly minimum: number;
}

/**
 * The arena of models whose interpreters share one MicroAllocator, allocated in the order given: planned memory is the
 * largest, persistent memory the sum. Source: "Multi-tenancy" in tensorflow/tflite-micro docs/memory_management.md. The
 * allocator's own structures are counted once a model, which is a few hundred bytes too much for each after the first.
 * Null where a model's figures are not known.
 */
export function arenaOfSeveral(arenas: readonly ProfileAnswer['arena'][]): SharedArena | null {
  let planned = 0;
  let persistent = 0;
  let minimum = 0;
  for (const arena of arenas) {
    if (arena.planned === null || arena.persistent === null || arena.total === null) return null;
    minimum = Math.max(minimum, persistent + Math.max(arena.minimum ?? 0, arena.total));
    planned = Math.max(planned, arena.planned);
    persistent += arena.persistent;
  }
  const total = planned + persistent;
  return { planned, persistent, total, minimum: Math.max(total, minimum) };
}

/** What several models ask of a board together. */
export function sharedNeed(shared: SharedArena, flash: number): Need {
  const { minimum, persistent } = shared;
  return { arena: minimum, flash, buffers: { persistent, planned: minimum - persistent } };
}
