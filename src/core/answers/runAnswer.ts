import type { ExecutorId } from '../transforms/run/modelSession';
import type { Answer } from './inspectAnswer';

/** A tensor of a run, told by its bytes. */
export interface RunTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** FNV-1a, 32 bits, of the little-endian bytes; eight hexadecimal digits. */
  readonly fnv1a: string;
}

/** A tensor that an operator made. */
export interface RunIntermediate extends RunTensor {
  /** Index of the node in the graph that was run. */
  readonly node: number;
  readonly op: string;
}

/** The tensor in which two runs differ. */
export interface RunDifference {
  /** Index of the operator that made it; null for an input: the runs were not fed the same. */
  readonly node: number | null;
  readonly op: string | null;
  readonly tensor: string;
  readonly values: number;
  /** Values beyond the tolerance; all of them where the other run has another number of values. */
  readonly different: number;
  /** In the tensor's own unit: steps of an integer tensor. Null where it is infinite or the sizes differ. */
  readonly maxDifference: number | null;
  readonly firstIndex: number;
}

export interface RunComparison {
  /** What was compared with, in the user's words. */
  readonly against: string;
  /** Tensors that both runs have. */
  readonly compared: number;
  readonly differing: number;
  /** First in execution order; null when nothing differs. */
  readonly first: RunDifference | null;
  /** All of it in a sentence. */
  readonly sentence: string;
}

/** `tinyml run --json`. */
export interface RunAnswer extends Answer {
  readonly executor: ExecutorId;
  readonly signature: string | null;
  readonly steps: number;
  readonly inputs: readonly RunTensor[];
  /** Of the last step. */
  readonly outputs: readonly RunTensor[];
  /** Of the last step, in execution order; left out unless asked for. */
  readonly intermediates?: readonly RunIntermediate[];
  readonly comparison?: RunComparison;
  /** Time of the inferences alone, loading and reading left out. */
  readonly seconds: number;
}
