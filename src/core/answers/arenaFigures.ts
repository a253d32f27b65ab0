import type { Model } from '../ir/model';
import { planMemory, type MemoryPlan, type NoMemoryPlan } from '../memory/memoryPlan';
import { unmeasuredKernels } from '../memory/tflm/measuredKernels';
import { tflmMemory, type TflmMemory } from '../memory/tflm/tflmMemory';
import type { TflmArena } from '../memory/tflm/tflmArena';
import { planWhatIf, type ArenaRules } from '../memory/whatIf/whatIf';
import type { Board } from '../targets/board';
import type { Runtime } from '../targets/runtime';
import { arenaRulesFor } from '../targets/arenaRules';
import { isTflm } from '../targets/runtimes';
import { tflmKernelsFor, type TflmKernels } from '../targets/tflmKernels';

/** What a model takes of the arena on a board, and how well that is known. */
export interface ArenaFigures {
  readonly plan: MemoryPlan | NoMemoryPlan;
  /** Persistent bytes and the minimum, part by part; null where they are not known. */
  readonly tflm: TflmArena | null;
  /** The most that kernels' scratch buffers take at once, within the plan; null where it is not known. */
  readonly scratch: number | null;
  /** True for a runtime whose arena is what is planned, and nothing more. */
  readonly keepsNothing?: boolean;
  /** True when the figures are those of the runtime itself; else they are estimates. */
  readonly isExact: boolean;
  /** How the figures came about, and what they leave out. */
  readonly notes: readonly string[];
}

/** The arena of a model whose shapes are inferred, by the rules of the runtime, free dimensions bound to 1. */
export function arenaFigures(model: Model, runtime: Runtime, board: Board | null): ArenaFigures {
  if (!isTflm(runtime.id)) return foreignFigures(model, runtime, board);
  if (model.format !== 'tflite') return activationsOnly(model, [OTHER_FORMAT]);
  const kernels = tflmKernelsFor(runtime.id, board);
  const memory = kernels.set === null ? { reason: kernels.note } : tflmMemory(model, kernels.set);
  if ('reason' in memory) {
    return activationsOnly(model, [`${memory.reason} Scratch memory of kernels and persistent bytes are left out.`]);
  }
  return tflmFigures(memory, runtime, kernels, unmeasuredKernels(model, kernels.set!));
}

function tflmFigures(
  memory: TflmMemory,
  runtime: Runtime,
  kernels: TflmKernels,
  fromSource: readonly string[],
): ArenaFigures {
  const isRead = kernels.isExact && fromSource.length > 0;
  return {
    plan: memory.plan,
    tflm: memory.arena,
    scratch: memory.scratch,
    isExact: kernels.isExact && fromSource.length === 0,
    notes: [
      `The arena is what MicroInterpreter of ${runtime.version} takes with 32-bit pointers and KERNELS_OPTIMIZED_FOR_SPEED. ${kernels.note}`,
      ...(isRead ? [`Read from the kernels' source, not measured: ${fromSource.join(', ')}.`] : []),
      'Outside the arena: the interpreter object, the operator resolver, the stack and the program itself.',
    ],
  };
}

const OTHER_FORMAT =
  "Planned bytes count activations, placed by TFLM's greedy planner: scratch memory of kernels is left out. They are " +
  'for the .onnx model as it stands; a conversion to .tflite can change them.';

/** What is counted for runtimes that are not TFLM, each by its own rules as far as they are known. */
function foreignFigures(model: Model, runtime: Runtime, board: Board | null): ArenaFigures {
  const rules = arenaRulesFor(runtime, model.format, board);
  const found = planWhatIf(model, rules, rules.planner);
  if ('reason' in found) return { plan: found, tflm: null, scratch: null, isExact: false, notes: [found.reason] };
  const scratch = rules.isTinyEngine
    ? found.plan.buffers.filter(({ tensor }) => tensor === -1).reduce((sum, { bytes }) => sum + bytes, 0)
    : null;
  const { keepsNothing } = rules;
  return { plan: found.plan, tflm: null, scratch, keepsNothing, isExact: false, notes: [foreignNote(runtime, rules)] };
}

function foreignNote(runtime: Runtime, { isTinyEngine }: ArenaRules): string {
  const estimate = `An estimate by the rules of ${runtime.version}:`;
  if (isTinyEngine) {
    return (
      `${estimate} int8 depthwise convolutions in place, two buffers for columns and for weights at 16 bits, first fit ` +
      'by size (GeneralMemoryScheduler). It runs int8 models, and has no persistent part.'
    );
  }
  if (runtime.id === 'c') {
    return (
      `${estimate} tensors at fixed addresses placed by our search, nothing persistent. Columns and other scratch of ` +
      'its kernels are left out.'
    );
  }
  return (
    `${estimate} activations alone, placed by TFLM's greedy planner. ${runtime.name} keeps its weights in RAM and grows ` +
    'its arena (BFC) in steps of its own: it takes more.'
  );
}

function activationsOnly(model: Model, notes: readonly string[]): ArenaFigures {
  const plan = planMemory(model);
  const reasons = 'reason' in plan ? [plan.reason] : notes;
  return { plan, tflm: null, scratch: null, isExact: false, notes: reasons };
}
