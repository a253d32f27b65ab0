import type { Model } from '../ir/model';
import { externalBytes, findParameters } from '../ir/weights';
import { planMemory, type MemoryPlan, type NoMemoryPlan } from '../memory/memoryPlan';
import { asksForNoScratch } from '../memory/scratchFree';
import type { Board } from '../targets/board';
import { fit } from '../targets/fit';
import { lint } from '../targets/lint/lint';
import type { Runtime } from '../targets/runtime';
import { isTflm } from '../targets/runtimes';
import { SCHEMA_VERSION } from './inspectAnswer';
import type { ProfileAnswer } from './profileAnswer';

/** What a model is profiled for. */
export interface ProfileTarget {
  /** Null profiles the model alone: nothing is said of fitting. */
  readonly board: Board | null;
  readonly runtime: Runtime;
}

/** Name of the metadata in which a model brings its own memory plan (tflite-micro docs/memory_management.md). */
const OFFLINE_PLAN = 'OfflineMemoryAllocation';

/**
 * What a model takes on a board, in bytes, free dimensions bound to 1. Give it a model whose shapes are inferred, and
 * its memory plan where there is one already. Figures that are not known are null, with the reason in `notes`.
 */
export function profile(
  model: Model,
  { board, runtime }: ProfileTarget,
  plan: MemoryPlan | NoMemoryPlan = planMemory(model),
): ProfileAnswer {
  const figures = planFigures(plan);
  const flash = model.fileBytes + externalBytes(model);
  const need = { arena: figures.planned, flash };
  const fits = board ? fit(board, need) : { ram: null, flash: null, regions: [] };
  const isExact = figures.planned !== null && planIsExact(model, runtime);
  return {
    schemaVersion: SCHEMA_VERSION,
    notes: [...arenaNotes(model, runtime, plan, isExact), ...fitNotes(board, fits), ...unknownNotes],
    estimated: estimates(figures.planned !== null && !isExact, fits),
    board: board?.id ?? null,
    runtime: runtime.id,
    arena: { total: null, planned: figures.planned, scratch: isExact ? 0 : null, persistent: null, minimum: null },
    lowerBound: figures.lowerBound,
    flash: { weights: findParameters(model).bytes, model: flash, code: null },
    fits,
    latencyMs: null,
    lint: lint({ model, runtime, board, need }),
  };
}

function planFigures(plan: MemoryPlan | NoMemoryPlan): { planned: number | null; lowerBound: number | null } {
  return 'reason' in plan ? { planned: null, lowerBound: null } : plan;
}

/** Fitting is an estimate as long as persistent bytes and code are not counted. */
function estimates(planned: boolean, fits: ProfileAnswer['fits']): readonly string[] {
  return [
    ...(planned ? ['arena.planned'] : []),
    ...(fits.ram === null ? [] : ['fits.ram']),
    ...(fits.flash === null ? [] : ['fits.flash']),
  ];
}

const unknownNotes: readonly string[] = [
  'Persistent, total and minimum arena bytes are not modelled yet: the arena is larger than what is planned.',
  'Code size is not modelled yet: flash counts the model only.',
  'Latency is not modelled yet.',
];

/** True when the planned bytes are what TFLM itself lays out, and not an estimate of it. */
function planIsExact(model: Model, runtime: Runtime): boolean {
  return runtime.id === 'tflm' && asksForNoScratch(model) && !hasOfflinePlan(model);
}

function hasOfflinePlan(model: Model): boolean {
  return model.metadata.some((entry) => entry.name === OFFLINE_PLAN);
}

function arenaNotes(
  model: Model,
  runtime: Runtime,
  plan: MemoryPlan | NoMemoryPlan,
  isExact: boolean,
): readonly string[] {
  if ('reason' in plan) return [plan.reason];
  if (isExact) {
    return [
      "Planned bytes are those of TFLM's greedy planner: every operator of this model was measured to ask its reference kernels for no scratch memory.",
    ];
  }
  const notes = ['Planned bytes count activations only: scratch memory of kernels is not modelled yet.'];
  if (!isTflm(runtime.id))
    notes.push(`They follow TFLM's greedy planner; ${runtime.name} may place tensors otherwise.`);
  if (model.format === 'onnx')
    notes.push('They are for the .onnx model as it stands; a conversion to .tflite can change them.');
  if (hasOfflinePlan(model)) notes.push('The model brings a memory plan of its own, which is not followed yet.');
  return notes;
}

function fitNotes(board: Board | null, fits: ProfileAnswer['fits']): readonly string[] {
  if (!board) return ['No board is chosen.'];
  return fits.flash === null ? [`The flash of ${board.name} is not inside the chip, or its size is not known.`] : [];
}
