import { OutputError, TopOneAgreement } from '../../execute/metrics';
import type { TensorId } from '../../ir/tensor';
import type { OnSample, SampleSource } from './sampleSource';
import type { Runner } from './runnable';

/** How one model's values differ from another's over a set of samples. */
export interface RunComparison {
  readonly samples: number;
  readonly sqnrDb: number | null;
  readonly cosine: number | null;
  /** Null unless the model has one output that is a vector of at least two scores. */
  readonly top1Agreement: number | null;
  /** True when every output value was equal. */
  readonly isExact: boolean;
  /** Signal to noise of each activation observed in both, by its tensor id in the reference. */
  readonly layers: ReadonlyMap<TensorId, OutputError>;
}

/**
 * Runs both models on each sample. `pairs` says which observed tensor of `changed` stands for which of `reference`.
 */
export async function compareRuns(
  reference: Runner,
  changed: Runner,
  pairs: ReadonlyMap<TensorId, TensorId>,
  samples: SampleSource,
  onSample: OnSample,
): Promise<RunComparison> {
  const outputs = new OutputError();
  const agreement = new TopOneAgreement();
  const layers = new Map<TensorId, OutputError>();
  let done = 0;
  for (const sample of samples()) {
    await onSample(done++);
    const a = await reference.run(sample);
    const b = await changed.run(sample);
    a.outputs.forEach((values, i) => outputs.add(values, b.outputs[i]!));
    if (reference.hasScores) agreement.add(a.outputs[0]!, b.outputs[0]!);
    for (const [from, to] of pairs) {
      const [left, right] = [a.observed.get(from), b.observed.get(to)];
      if (!left || !right) continue;
      let error = layers.get(from);
      if (!error) layers.set(from, (error = new OutputError()));
      error.add(left, right);
    }
  }
  return {
    samples: done,
    sqnrDb: outputs.sqnrDb,
    cosine: outputs.cosine,
    top1Agreement: agreement.share,
    isExact: outputs.isExact,
    layers,
  };
}
