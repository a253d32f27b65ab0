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
}

/** Rules of a runtime for a model of this format on a board. */
export function arenaRulesFor(runtime: Runtime, format: ModelFormat, board: Board | null): RuntimeArena {
  if (runtime.id === 'tinyengine') return { kernels: null, isTinyEngine: format === 'tflite', planner: 'greedy' };
  if (runtime.id === 'c') return { kernels: null, planner: 'search' };
  const isTflmFile = format === 'tflite' && isTflm(runtime.id);
  return { kernels: isTflmFile ? tflmKernelsFor(runtime.id, board).set : null, planner: 'greedy' };
}
