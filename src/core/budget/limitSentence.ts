import type { BudgetRow } from './modelCheck';

/** What became of a limit, in a sentence without a subject: "arena 100,672 B (arena.minimum) is 2,368 B over …". */
export function limitSentence({ what, limit, actual, figure, ok }: BudgetRow): string {
  if (what === 'accuracyDrop') {
    const measured = actual === null ? 'is not measured' : `is ${percent(actual)}`;
    return `accuracy drop ${measured}, at most ${percent(limit)} is allowed.`;
  }
  if (actual === null) return `${what} is not known, at most ${bytes(limit)} is allowed.`;
  const known = `${what} ${bytes(actual)} (${figure ?? ''})`;
  return ok === false
    ? `${known} is ${bytes(actual - limit)} over the limit of ${bytes(limit)}.`
    : `${known} is within the limit of ${bytes(limit)}.`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}

function bytes(count: number): string {
  return `${count.toLocaleString('en-US')} B`;
}
