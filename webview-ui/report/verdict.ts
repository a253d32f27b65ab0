import type { TransformAnswer } from '../../src/core/answers/transformAnswer';
import { formatDecibels, formatPercent } from '../shared/formatNumber';

export interface Verdict {
  readonly kind: 'ok' | 'warn' | 'bad' | 'info';
  readonly text: string;
}

/** Below this a quantized model usually loses accuracy one can see (the reports of the field agree on about 20 dB). */
export const USUAL_SQNR_DB = 20;

/** What the numbers mean, in one sentence: the first thing to read. */
export function verdictOf(answer: TransformAnswer): Verdict {
  const change = 1 - answer.after.fileBytes / answer.before.fileBytes;
  const smaller =
    change > 0.01
      ? `The file is ${formatPercent(change)} smaller`
      : `${formatPercent(answer.after.zeroWeights / Math.max(1, answer.after.parameters))} of the weights are zero`;
  const { sqnrDb, top1Agreement, samples } = answer;
  if (samples === 0) return { kind: 'info', text: `${smaller}. The output was not measured: no data was given.` };
  const agrees = top1Agreement === null ? '' : ` and ${formatPercent(top1Agreement)} of the answers are the same`;
  if (sqnrDb === null) return { kind: 'ok', text: `${smaller}; the output is the same on ${samples} samples.` };
  const measured = `the output has an SQNR of ${formatDecibels(sqnrDb)} dB${agrees}, on ${samples} samples`;
  if (sqnrDb >= USUAL_SQNR_DB && (top1Agreement ?? 1) >= 0.95) return { kind: 'ok', text: `${smaller}; ${measured}.` };
  const kind = sqnrDb < 10 ? 'bad' : 'warn';
  return { kind, text: `${smaller}, but ${measured}: check the accuracy before you ship it.` };
}
