import type { RunOutputView } from '../../../src/protocol/views';

type Score = NonNullable<RunOutputView['top']>[number];

/** Scores with the length of their bars: a share of 1 where they look like probabilities, else between 0 and the largest. */
export function scoreBars(scores: readonly Score[]): readonly (Score & { readonly share: number })[] {
  const largest = scores.reduce((most, { value }) => Math.max(most, value), 0);
  const smallest = scores.reduce((least, { value }) => Math.min(least, value), 0);
  const full = smallest >= 0 && largest <= 1 ? 1 : largest;
  return scores.map((score) => ({ ...score, share: full > 0 ? Math.max(0, score.value) / full : 0 }));
}
