import { readModel } from '../formats/readModel';
import { writeModel } from '../formats/writeModel';
import { ModelError } from '../ir/errors';
import { inferShapes } from '../ir/inferShapes';
import type { Model } from '../ir/model';
import type { RuntimeGain } from '../memory/search/pins';
import type { KernelSet } from '../memory/tflm/kernelRequests';
import { MemoryByteSource } from '../ports/memoryByteSource';
import type { Board } from '../targets/board';
import type { Runtime, RuntimeId } from '../targets/runtime';
import { tflmKernelsFor } from '../targets/tflmKernels';
import { planArena, type PlannedArena } from '../transforms/plan/planArena';
import { SCHEMA_VERSION, type Answer } from './inspectAnswer';

/** Planned bytes of the arena by one runtime: as it plans itself, with the model's own plan, and the least possible. */
export interface PlannedFor extends RuntimeGain {
  readonly runtime: RuntimeId;
}

/** `tinyml plan --json`. */
export interface PlanAnswer extends Answer {
  readonly command: 'plan';
  readonly source: string;
  readonly output: string;
  readonly runtimes: readonly PlannedFor[];
  /** Tensors that the plan pins; the runtime places the others. */
  readonly pinned: number;
  /** True when the integer engine ran the model in the arena that the plan lays out, and gave the same outputs. */
  readonly isVerified: boolean;
}

/**
 * A TFLite model with a memory plan of its own that serves every runtime named, and what it gains. Throws ModelError as
 * `planArena` does, and `unsupported-operator` for a runtime that does not follow plans.
 */
export function planModel(
  model: Model,
  runtimes: readonly Runtime[],
  board: Board | null,
): { readonly file: Uint8Array; readonly answer: Omit<PlanAnswer, 'source' | 'output'> } {
  if (model.format !== 'tflite') {
    throw new ModelError('bad-data', 'Only .tflite models carry a memory plan: convert this one first.');
  }
  const sets = runtimes.map((runtime) => kernelsOf(runtime, board));
  const planned = planArena(inferShapes(model), sets);
  const file = writeModel(withMetadataOf(model, planned.model));
  // What is said is what a reader finds in the new file.
  readModel(new MemoryByteSource(file, 'planned.tflite'));
  return { file, answer: answerOf(planned, runtimes) };
}

/** The user's model with the plan: shapes as the file states them, not as they were inferred. */
function withMetadataOf(model: Model, planned: Model): Model {
  return { ...model, metadata: planned.metadata };
}

function kernelsOf(runtime: Runtime, board: Board | null): KernelSet {
  const { set, note } = tflmKernelsFor(runtime.id, board);
  if (set !== null) return set;
  throw new ModelError('unsupported-operator', `${note} A plan for ${runtime.name} cannot be checked.`);
}

function answerOf(planned: PlannedArena, runtimes: readonly Runtime[]): Omit<PlanAnswer, 'source' | 'output'> {
  return {
    schemaVersion: SCHEMA_VERSION,
    command: 'plan',
    runtimes: planned.runtimes.map((gain, index) => ({ runtime: runtimes[index]!.id, ...gain })),
    pinned: planned.pinned,
    isVerified: planned.wasRun,
    notes: [
      ...planned.notes,
      'TFLM follows the plan without a change of code. A tool that changes tensors or their order makes it wrong.',
    ],
    estimated: [],
  };
}
