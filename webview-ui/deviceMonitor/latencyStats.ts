/** How inference times are spread, in milliseconds. */
export interface LatencyStats {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  /** Bars from `fromMs` to `toMs`, equally wide. */
  readonly bins: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
}

const BINS = 36;

/** Percentiles by nearest rank, and a histogram whose bars are no finer than the firmware's clock. */
export function latencyStats(latencies: readonly number[]): LatencyStats | null {
  if (latencies.length === 0) return null;
  const sorted = Float64Array.from(latencies).sort();
  const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  const max = sorted.at(-1)!;
  const whole = sorted.every((value) => Number.isInteger(value));
  const fromMs = whole ? sorted[0]! - 0.5 : sorted[0]!;
  const end = whole ? max + 0.5 : max;
  const count = whole ? Math.min(BINS, Math.round(end - fromMs)) : BINS;
  const width = end > fromMs ? (end - fromMs) / count : 1;
  const bins = new Array<number>(count).fill(0);
  for (const value of sorted) bins[Math.min(count - 1, Math.floor((value - fromMs) / width))]! += 1;
  return {
    count: sorted.length,
    p50: rank(0.5),
    p95: rank(0.95),
    p99: rank(0.99),
    max,
    bins,
    fromMs,
    toMs: fromMs + width * count,
  };
}
