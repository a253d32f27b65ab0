import { appendFileSync } from 'node:fs';
import type { Figure } from '../../scripts/bench.mjs';

type Extras = Pick<Figure, 'baseline' | 'target'>;

/** Says a figure at once, and again in the table at the end of the run. */
export function report(what: string, samples: readonly number[], unit: string, extras: Extras = {}): void {
  const figure: Figure = { what, value: median(samples), unit, samples: samples.length, ...extras };
  console.log(`${what}: ${figure.value.toPrecision(4)} ${unit}${spreadOf(samples)}`);
  const file = process.env.TINYML_BENCH_FIGURES;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(figure)}\n`);
}

/** The middle of the samples; of an even number, the lower of the two. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? NaN;
}

/** Milliseconds of each of `rounds` runs. */
export function timesMs(rounds: number, work: () => unknown): number[] {
  return Array.from({ length: rounds }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
}

function spreadOf(samples: readonly number[]): string {
  if (samples.length < 2) return '';
  return ` (${samples.length} runs, ${Math.min(...samples).toPrecision(3)} to ${Math.max(...samples).toPrecision(3)})`;
}
