import type { Model } from '../ir/model';
import { planMemory, type MemoryPlan, type NoMemoryPlan } from '../memory/memoryPlan';
import { tflmKernelsFor } from '../targets/tflmKernels';
import { tflmMemory, type TflmMemory } from '../memory/tflm/tflmMemory';
import type { TflmArena } from '../memory/tflm/tflmArena';
import type { Board } from '../targets/board';
import type { Runtime } from '../targets/runtime';
import { isTflm } from '../targets/runtimes';

/** What a model takes of the arena on a board, and how well that is known. */
export interface ArenaFigures {
  readonly plan: MemoryPlan | NoMemoryPlan;
  /** Persistent bytes and the minimum, part by part; null where they are not known. */
  readonly tflm: TflmArena | null;
  /** The most that kernels' scratch buffers take at once, within the plan; null where it is not known. */
  readonly scratch: number | null;
  /** True when the figures are those of the runtime itself; else they are estimates. */
  readonly isExact: boolean;
  /** How the figures came about, and what they leave out. */
  readonly notes: readonly string[];
}

/** The arena of a model whose shapes are inferred, by the rules of the runtime, free dimensions bound to 1. */
export function arenaFigures(model: Model, runtime: Runtime, board: Board | null): ArenaFigures {
  if (model.format !== 'tflite' || !isTflm(runtime.id)) return activationsOnly(model, [foreignNote(model, runtime)]);
  const kernels = tflmKernelsFor(runtime.id, board);
  const memory = kernels.set === null ? { reason: kernels.note } : tflmMemory(model, kernels.set);
  if ('reason' in memory) {
    return activationsOnly(model, [`${memory.reason} Scratch memory of kernels and persistent bytes are left out.`]);
  }
  return tflmFigures(memory, runtime, kernels.note, kernels.isExact);
}

function tflmFigures(memory: TflmMemory, runtime: Runtime, kernelNote: string, isExact: boolean): ArenaFigures {
  return {
    plan: memory.plan,
    tflm: memory.arena,
    scratch: memory.scratch,
    isExact,
    notes: [
      `The arena is what MicroInterpreter of ${runtime.version} takes with 32-bit pointers and KERNELS_OPTIMIZED_FOR_SPEED. ${kernelNote}`,
      'Outside the arena: the interpreter object, the operator resolver, the stack and the program itself.',
    ],
  };
}

function foreignNote(model: Model, runtime: Runtime): string {
  const rule =
    "Planned bytes count activations, placed by TFLM's greedy planner: scratch memory of kernels is left out.";
  const why = isTflm(runtime.id)
    ? 'They are for the .onnx model as it stands; a conversion to .tflite can change them.'
    : `${runtime.name} may place tensors otherwise.`;
  return `${rule} ${why}`;
}

function activationsOnly(model: Model, notes: readonly string[]): ArenaFigures {
  const plan = planMemory(model);
  const reasons = 'reason' in plan ? [plan.reason] : notes;
  return { plan, tflm: null, scratch: null, isExact: false, notes: reasons };
}
