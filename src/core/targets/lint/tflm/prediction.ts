import type { Model } from '../../../ir/model';
import { refusalsOf, type Refusal } from './refusals';

export type Outcome = 'runs' | 'allocate fails' | 'invoke fails' | 'aborts';

/** What TFLM does with a model, told beforehand. */
export interface Prediction {
  readonly outcome: Outcome;
  /** The first thing that goes wrong; null when it runs, or when the arena is too small. */
  readonly cause: Refusal | null;
  /** What may still go wrong with some inputs. */
  readonly mayFail: readonly Refusal[];
}

/** An arena of so many bytes for a need of so many; a need that is not known is taken to fit. */
export interface ArenaRoom {
  readonly needed: number | null;
  readonly available: number;
}

/** Whether `AllocateTensors` and `Invoke` of tensorflow/tflite-micro@90b983c2b succeed, by the rules of its kernels. */
export function predictTflm(model: Model, room: ArenaRoom | null = null): Prediction {
  const refusals = refusalsOf(model);
  const certain = refusals.filter(({ isCertain }) => isCertain);
  const mayFail = refusals.filter(({ isCertain }) => !isCertain);
  const allocation = certain.find(({ stage }) => stage !== 'invoke');
  if (allocation) return { outcome: allocation.aborts ? 'aborts' : 'allocate fails', cause: allocation, mayFail };
  if (room !== null && room.needed !== null && room.needed > room.available) {
    return { outcome: 'allocate fails', cause: null, mayFail };
  }
  const invocation = certain[0];
  if (!invocation) return { outcome: 'runs', cause: null, mayFail };
  return { outcome: invocation.aborts ? 'aborts' : 'invoke fails', cause: invocation, mayFail };
}
