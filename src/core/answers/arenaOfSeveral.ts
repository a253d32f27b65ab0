import type { FirmwareUsage } from '../firmware/usage';
import type { Board } from '../targets/board';
import { placeFirmware } from '../targets/boardFirmware';
import { fit, type Need } from '../targets/fit';
import { describePlace } from './firmwareAnswer';
import { SCHEMA_VERSION, type Answer } from './inspectAnswer';
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

/** `tinyml profile A B C --json`. */
export interface SeveralAnswer extends Answer {
  readonly board: string | null;
  readonly runtime: string;
  readonly models: readonly (ProfileAnswer & { readonly file: string })[];
  /** One arena for all; null where that of a model is not known. */
  readonly shared: SharedArena | null;
  readonly fits: ProfileAnswer['fits'];
}

/** Profiles of models that share one arena, and whether they fit a board together. */
export function profileSeveral(
  models: SeveralAnswer['models'],
  board: Board | null,
  firmware: FirmwareUsage | null,
): SeveralAnswer {
  const shared = arenaOfSeveral(models.map(({ arena }) => arena));
  const fits = fitTogether(models, shared, board, firmware);
  const places = [...(fits.arena ? [fits.arena] : []), ...fits.options];
  return {
    schemaVersion: SCHEMA_VERSION,
    notes: [
      shared
        ? 'The models share one MicroAllocator: planned memory is the largest, persistent memory the sum.'
        : 'The arena of a model is not known, so what they take together is not either.',
      ...(board ? places.map((place) => describePlace(place, board)) : []),
    ],
    estimated: [...new Set(models.flatMap(({ estimated }) => estimated))],
    board: board?.id ?? null,
    runtime: models[0]?.runtime ?? '',
    models,
    shared,
    fits,
  };
}

function fitTogether(
  models: SeveralAnswer['models'],
  shared: SharedArena | null,
  board: Board | null,
  firmware: FirmwareUsage | null,
): ProfileAnswer['fits'] {
  if (!board) return { ram: null, flash: null, regions: [], arena: null, options: [] };
  const flash = models.reduce((sum, model) => sum + model.flash.model, 0);
  const need = shared ? sharedNeed(shared, flash) : { arena: null, flash };
  const together = fit(board, need, firmware && placeFirmware(firmware, board, null));
  // One that does not fit alone does not fit among others, known or not.
  return models.some((model) => model.fits.ram === false) ? { ...together, ram: false } : together;
}

/** What several models ask of a board together. */
function sharedNeed(shared: SharedArena, flash: number): Need {
  const { minimum, persistent } = shared;
  return { arena: minimum, flash, buffers: { persistent, planned: minimum - persistent } };
}
