import type { Sample } from '../../datasets/sample';
import type { TensorId } from '../../ir/tensor';
import type { Runner } from '../run/runnable';
import { ActivationHistogram } from './activationHistogram';

/** Samples one after another; they are asked for again for every pass, so that they need not stay in memory. */
export type SampleSource = () => Iterable<Sample> | AsyncIterable<Sample>;

/** Called before each sample with how many were done; throws to stop (a cancelled job). */
export type OnSample = (done: number) => void | Promise<void>;

/** Runs the float model over the samples and keeps where each observed activation's values lie. */
export async function calibrate(
  runner: Runner,
  samples: SampleSource,
  onSample: OnSample,
): Promise<ReadonlyMap<TensorId, ActivationHistogram>> {
  const histograms = new Map<TensorId, ActivationHistogram>();
  let done = 0;
  for await (const sample of samples()) {
    await onSample(done++);
    const { observed } = await runner.run(sample);
    for (const [id, values] of observed) {
      let histogram = histograms.get(id);
      if (!histogram) histograms.set(id, (histogram = new ActivationHistogram()));
      histogram.add(values);
    }
  }
  return histograms;
}
