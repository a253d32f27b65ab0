import type { PlannerId } from '../memory/planners';
import type { ArenaRules } from '../memory/whatIf/whatIf';
import type { ModelFormat } from '../ir/model';
import type { Board } from './board';
import type { Runtime } from './runtime';
import { isTflm } from './runtimes';
import { tflmKernelsFor } from './tflmKernels';

/** How a runtime fills its arena, and by whose planner. */
export interface RuntimeArena extends ArenaRules {
  readonly planner: PlannerId;
  /** True where nothing stays in the arena but what is planned. */
  readonly keepsNothing: boolean;
}

/** Rules of a runtime for a model of this format on a board. */
export function arenaRulesFor(runtime: Runtime, format: ModelFormat, board: Board | null): RuntimeArena {
  if (runtime.id === 'tinyengine') {
    return { kernels: null, isTinyEngine: format === 'tflite', planner: 'greedy', keepsNothing: true };
  }
  if (runtime.id === 'c') return { kernels: null, planner: 'search', keepsNothing: true };
  const isTflmFile = format === 'tflite' && isTflm(runtime.id);
  const kernels = isTflmFile ? tflmKernelsFor(runtime.id, board).set : null;
  return { kernels, planner: 'greedy', keepsNothing: false };
}
