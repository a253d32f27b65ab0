import type { Model } from '../ir/model';
import type { TflmArena } from '../memory/tflm/tflmArena';
import type { FirmwareUsage } from '../firmware/usage';
import type { Board } from '../targets/board';
import { placeFirmware } from '../targets/boardFirmware';
import { fit, type Need } from '../targets/fit';
import { latencyOf } from '../targets/latency/latency';
import { lint } from '../targets/lint/lint';
import type { Runtime } from '../targets/runtime';
import { arenaFigures, type ArenaFigures } from './arenaFigures';
import { flashFigures } from './flashAnswer';
import { SCHEMA_VERSION } from './inspectAnswer';
import { describePlace, firmwareAnswer, firmwareNotes } from './firmwareAnswer';
import type { ProfileAnswer } from './profileAnswer';

/** What a model is profiled for. */
export interface ProfileTarget {
  /** Null profiles the model alone: nothing is said of fitting. */
  readonly board: Board | null;
  readonly runtime: Runtime;
  /** What else is on the board; left out or null counts the model alone. */
  readonly firmware?: FirmwareUsage | null;
}

/**
 * What a model takes on a board, in bytes, free dimensions bound to 1. Give it a model whose shapes are inferred, and
 * its arena where it is known already. Figures that are not known are null, with the reason in `notes`.
 */
export function profile(
  model: Model,
  { board, runtime, firmware = null }: ProfileTarget,
  figures: ArenaFigures = arenaFigures(model, runtime, board),
): ProfileAnswer {
  const arena = arenaAnswer(figures);
  const { flash, ...code } = flashFigures(model, runtime, board);
  const need = arenaNeed(arena, flashNeed(flash, firmware !== null));
  const placed = board && firmware && placeFirmware(firmware, board, model.fileBytes);
  const latency = latencyOf(model, runtime.id, board);
  const fits = board ? fit(board, need, placed) : { ram: null, flash: null, regions: [], arena: null, options: [] };
  return {
    schemaVersion: SCHEMA_VERSION,
    notes: [
      ...figures.notes,
      ...fitNotes(board, fits),
      ...(placed ? firmwareNotes(placed) : []),
      ...unknownNotes(arena),
      ...code.notes,
      ...latency.notes,
    ],
    estimated: [
      ...estimatedArena(figures, arena),
      ...estimatedFit(figures, fits, placed !== null),
      ...code.estimated,
      ...latency.estimated,
    ],
    board: board?.id ?? null,
    runtime: runtime.id,
    arena,
    lowerBound: 'reason' in figures.plan ? null : figures.plan.lowerBound,
    flash,
    fits,
    firmware: placed && firmwareAnswer(placed),
    latencyMs: latency.latencyMs,
    lint: lint({ model, runtime, board, need }),
  };
}

/**
 * What must be allocated: `arena_used_bytes()`, or more where AllocateTensors itself needs more. With two buffers what
 * is not persistent lies in the one for planning.
 */
export function arenaNeed(arena: ProfileAnswer['arena'], flash: number): Need {
  const { total, planned, persistent, minimum } = arena;
  if (total === null || planned === null || persistent === null) return { arena: total ?? planned, flash };
  const least = Math.max(total, minimum ?? 0);
  return { arena: least, flash, buffers: { persistent, planned: Math.max(planned, least - persistent) } };
}

/** The model, and the runtime where it is known and not already in the firmware that is given. */
function flashNeed({ model, total }: ProfileAnswer['flash'], hasFirmware: boolean): number {
  return hasFirmware ? model : (total ?? model);
}

function arenaAnswer({ plan, tflm, scratch, keepsNothing }: ArenaFigures): ProfileAnswer['arena'] {
  const planned = 'reason' in plan ? null : plan.planned;
  if (keepsNothing) return { total: planned, planned, scratch, persistent: 0, minimum: planned, parts: [] };
  if (tflm === null || planned === null) {
    return { total: null, planned, scratch, persistent: null, minimum: null, parts: [] };
  }
  return {
    total: planned + tflm.persistent,
    planned,
    scratch,
    persistent: tflm.persistent,
    minimum: tflm.minimum,
    parts: tailParts(tflm),
  };
}

/** Persistent bytes by what they are for, the most first. */
function tailParts({ tail }: TflmArena): ProfileAnswer['arena']['parts'] {
  const bytes = new Map<string, number>();
  for (const { part, taken } of tail) bytes.set(part, (bytes.get(part) ?? 0) + taken);
  return [...bytes].map(([name, taken]) => ({ name, bytes: taken })).toSorted((a, b) => b.bytes - a.bytes);
}

function estimatedArena({ isExact }: ArenaFigures, arena: ProfileAnswer['arena']): readonly string[] {
  if (isExact) return [];
  const keys = ['total', 'planned', 'scratch', 'persistent', 'minimum'] as const;
  return keys.filter((key) => arena[key] !== null).map((key) => `arena.${key}`);
}

/** Fitting flash is an estimate as long as what the firmware itself takes is not counted. */
function estimatedFit({ isExact }: ArenaFigures, fits: ProfileAnswer['fits'], hasFirmware: boolean): readonly string[] {
  return [
    ...(fits.ram === null || isExact ? [] : ['fits.ram']),
    ...(fits.flash === null || hasFirmware ? [] : ['fits.flash']),
  ];
}

function unknownNotes(arena: ProfileAnswer['arena']): readonly string[] {
  return arena.persistent === null
    ? ['Persistent, total and minimum arena bytes are not known: the arena is larger than what is planned.']
    : [];
}

function fitNotes(board: Board | null, fits: ProfileAnswer['fits']): readonly string[] {
  if (!board) return ['No board is chosen.'];
  return [
    ...(fits.arena ? [describePlace(fits.arena, board)] : []),
    ...fits.options.map((place) => describePlace(place, board)),
    ...(fits.flash === null ? [`The flash of ${board.name} is not inside the chip, or its size is not known.`] : []),
  ];
}
