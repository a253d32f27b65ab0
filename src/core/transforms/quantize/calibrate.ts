import type { TensorId } from '../../ir/tensor';
import type { Runner } from '../run/runnable';
import type { OnSample, SampleSource } from '../run/sampleSource';
import { ActivationHistogram } from './activationHistogram';

/** Runs the float model over the samples and keeps where each observed activation's values lie. */
export async function calibrate(
  runner: Runner,
  samples: SampleSource,
  onSample: OnSample,
): Promise<ReadonlyMap<TensorId, ActivationHistogram>> {
  const histograms = new Map<TensorId, ActivationHistogram>();
  let done = 0;
  for (const sample of samples()) {
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
