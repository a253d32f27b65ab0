import type { TransformAnswer } from './transformAnswer';
import type { Model } from '../ir/model';
import type { Runner } from '../transforms/run/runnable';
import { modelFigures } from './modelFigures';
import { compareRuns, type RunComparison } from '../transforms/run/compareRuns';
import type { SampleData, TransformJob } from './transformJob';
import type { TensorId } from '../ir/tensor';

/** Share of the whole work that stands before and after a pass over the data. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Says how far a pass over the samples is, and lets a cancel through. */
export function sampleProgress(job: TransformJob, step: string, data: SampleData, { from, to }: Span) {
  return async (done: number): Promise<void> => {
    const total = Math.max(data.estimatedCount, done);
    const share = total === 0 ? 0 : done / total;
    job.report({ step, fraction: from + (to - from) * share, detail: `${done} of ${total} samples` });
    await job.pause();
  };
}

/** Runs both models over the data; `pairs` says which observed tensor of `changed` stands for which of `reference`. */
export async function measure(
  job: TransformJob,
  reference: Runner,
  changed: Runner,
  data: SampleData,
  pairs: ReadonlyMap<TensorId, TensorId>,
  span: Span,
): Promise<RunComparison> {
  const onSample = sampleProgress(job, 'Measuring', data, span);
  return compareRuns(reference, changed, pairs, () => data.samples(), onSample);
}

/** Figures that an exact or empty comparison leaves null, in words. */
export function comparisonNotes(comparison: RunComparison): readonly string[] {
  if (comparison.isExact) return ['The outputs are exactly those of the original: their signal to noise is infinite.'];
  const notes: string[] = [];
  if (comparison.sqnrDb === null)
    notes.push('Signal to noise is not known: the original gives only zeros on this data.');
  if (comparison.top1Agreement === null) notes.push('Top-1 agreement needs one output that is a vector of scores.');
  return notes;
}

/** The part of an answer that a comparison fills. */
export type Quality = Pick<TransformAnswer, 'sqnrDb' | 'cosine' | 'top1Agreement' | 'samples'>;

export function qualityOf(comparison: RunComparison | null): Quality {
  if (!comparison) return { sqnrDb: null, cosine: null, top1Agreement: null, samples: 0 };
  const { sqnrDb, cosine, top1Agreement, samples } = comparison;
  return { sqnrDb, cosine, top1Agreement, samples };
}

/** Keys that hold figures of a simulation. */
export const QUALITY_KEYS: readonly string[] = ['sqnrDb', 'cosine', 'top1Agreement', 'layers'];

/** Figures of the model before and after, and which of them are estimates. */
export function beforeAndAfter(
  job: TransformJob,
  written: Model,
  file: Uint8Array,
): Pick<TransformAnswer, 'before' | 'after' | 'estimated'> {
  const before = modelFigures(job.model, job.source.read(0, job.source.size), job.runtime);
  const after = modelFigures(written, file, job.runtime);
  const estimated = [
    ...(before.isArenaEstimated ? ['before.arena'] : []),
    ...(after.isArenaEstimated ? ['after.arena'] : []),
  ];
  return { before: before.figures, after: after.figures, estimated };
}
