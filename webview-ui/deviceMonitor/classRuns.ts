import type { TopClass } from './resultHistory';

export interface ClassRun {
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A result speaks for this long at most: a stopped board must not look certain. */
const SPEAKS_MS = 1500;

/** Neighbouring results of one class as one run, each until the next result. */
export function classRuns(tops: readonly TopClass[], nowMs: number): readonly ClassRun[] {
  const runs: ClassRun[] = [];
  for (const [index, { timeMs, label }] of tops.entries()) {
    const next = tops[index + 1]?.timeMs ?? nowMs;
    const toMs = Math.min(next, timeMs + SPEAKS_MS);
    const last = runs.at(-1);
    if (last?.label === label && last.toMs >= timeMs) runs[runs.length - 1] = { ...last, toMs };
    else runs.push({ label, fromMs: timeMs, toMs });
  }
  return runs;
}
