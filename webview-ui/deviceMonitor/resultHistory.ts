import type { InferenceView } from '../../src/protocol/device';

const KEPT_MS = 60_000;
const LATENCIES = 4096;
const RATE_MS = 3000;
/** What a board had waiting comes at once when it is connected: the first second says nothing of a rate. */
export const BURST_MS = 1000;

export interface TopClass {
  readonly timeMs: number;
  readonly label: string;
  readonly score: number;
}

/** Results as the page keeps them: the top class over the last minute, and how long the newest inferences took. */
export class ResultHistory {
  #tops: TopClass[] = [];
  #times: number[] = [];
  #firstMs: number | null = null;
  #latencies: number[] = [];
  #stages: Readonly<Record<string, number>>[] = [];
  #labels: string[] = [];

  clear(): void {
    this.#tops = [];
    this.#times = [];
    this.#firstMs = null;
    this.#latencies = [];
    this.#stages = [];
    this.#labels = [];
  }

  /** `latencies` of results that came before these and are not among them. */
  add(results: readonly InferenceView[], latencies: Iterable<number> = []): void {
    for (const latency of latencies) this.#latencies.push(latency);
    for (const result of results) this.#addOne(result);
    const newest = this.#times.at(-1) ?? 0;
    this.#tops = dropOld(this.#tops, ({ timeMs }) => timeMs < newest - KEPT_MS);
    this.#times = dropOld(this.#times, (timeMs) => timeMs < newest - KEPT_MS);
    if (this.#latencies.length > 2 * LATENCIES) this.#latencies = this.#latencies.slice(-LATENCIES);
    if (this.#stages.length > 2 * LATENCIES) this.#stages = this.#stages.slice(-LATENCIES);
  }

  /** Labels in the order in which the board prints them. */
  get labels(): readonly string[] {
    return this.#labels;
  }

  get latencies(): readonly number[] {
    return this.#latencies.slice(-LATENCIES);
  }

  /** Results a second of the last three seconds before `nowMs`; null until there were as many after the first one. */
  rate(nowMs: number): number | null {
    if (this.#firstMs === null || nowMs - RATE_MS < this.#firstMs + BURST_MS) return null;
    return (this.#times.filter((timeMs) => timeMs > nowMs - RATE_MS && timeMs <= nowMs).length * 1000) / RATE_MS;
  }

  /** Milliseconds for which the newest top class has been the top. */
  heldMs(): number {
    const newest = this.#tops.at(-1);
    if (!newest) return 0;
    const other = this.#tops.findLastIndex(({ label }) => label !== newest.label);
    return newest.timeMs - this.#tops[other + 1]!.timeMs;
  }

  /** Average milliseconds of each stage over the newest inferences. */
  averages(): readonly (readonly [stage: string, milliseconds: number])[] {
    const sums = new Map<string, number>();
    const recent = this.#stages.slice(-LATENCIES);
    for (const stages of recent) {
      for (const [stage, ms] of Object.entries(stages)) sums.set(stage, (sums.get(stage) ?? 0) + ms);
    }
    return [...sums].map(([stage, sum]): [string, number] => [stage, sum / recent.length]).filter(([, ms]) => ms > 0);
  }

  /** Top classes in the window, and the one before it. */
  tops(fromMs: number, toMs: number): readonly TopClass[] {
    const first = this.#tops.findIndex(({ timeMs }) => timeMs >= fromMs);
    if (first < 0) return [];
    return this.#tops.slice(Math.max(0, first - 1)).filter(({ timeMs }) => timeMs <= toMs);
  }

  #addOne(result: InferenceView): void {
    this.#firstMs ??= result.timeMs;
    this.#times.push(result.timeMs);
    if (result.kind === 'classification') {
      for (const { label } of result.classes) if (!this.#labels.includes(label)) this.#labels.push(label);
      const top = topClass(result);
      if (top) this.#tops.push({ timeMs: result.timeMs, ...top });
    }
    const latency = Object.values(result.timing).reduce((sum, ms) => sum + ms, 0);
    if (latency <= 0) return;
    this.#latencies.push(latency);
    this.#stages.push(result.timing);
  }
}

/** The class with the highest score. */
export function topClass({ classes }: InferenceView): { readonly label: string; readonly score: number } | null {
  let top: { readonly label: string; readonly score: number } | null = null;
  for (const entry of classes) if (top === null || entry.score > top.score) top = entry;
  return top;
}

function dropOld<T>(list: T[], isOld: (item: T) => boolean): T[] {
  const first = list.findIndex((item) => !isOld(item));
  return first > 256 ? list.slice(first) : list;
}
