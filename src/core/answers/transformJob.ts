import type { TransformAnswer } from './transformAnswer';
import type { Sample, SampleInput } from '../datasets/sample';
import type { Model } from '../ir/model';
import type { ByteSource } from '../ports/byteSource';
import type { Executor } from '../ports/executor';
import type { ReportProgress } from '../ports/progress';
import type { Runtime } from '../targets/runtime';

/** Samples one after another; they are asked for again for every pass, so that they need not stay in memory. */
export interface SampleData {
  samples(): Iterable<Sample>;
  /** Samples there will be, as far as known: for progress. */
  readonly estimatedCount: number;
  /** How data became numbers, and what was left out. */
  notes(): readonly string[];
}

/** Finds data for the inputs of a model; they are known only when the model can be run. */
export type OpenData = (inputs: readonly SampleInput[]) => Promise<SampleData>;

/** What a transform of a model works with. */
export interface TransformJob {
  readonly model: Model;
  readonly source: ByteSource;
  readonly executor: Executor;
  readonly runtime: Runtime;
  readonly report: ReportProgress;
  /** Called between samples: lets others run, and throws when the job was cancelled. */
  pause(): Promise<void>;
}

/** The new file and what is to be said of it; who writes it adds paths and time. */
export interface TransformResult {
  readonly file: Uint8Array;
  readonly answer: Omit<TransformAnswer, 'source' | 'output' | 'data' | 'seconds'>;
}
