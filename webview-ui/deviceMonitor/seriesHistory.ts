import { decimate } from '../../src/core/device/decimate';
import { PointRing } from '../../src/core/device/pointRing';
import type { SeriesPoints } from '../../src/protocol/device';
import { BURST_MS } from './resultHistory';

/** Kept for a paused view to look at. */
const KEPT_MS = 60_000;
const MAX_POINTS = 1 << 17;

/** A pause longer than this is drawn as a gap. */
const GAP_MS = 1500;

/** A rate of less than this is a guess. */
const RATE_MS = 3000;

/** As many as there are colours. */
export const MAX_PLOTTED = 6;

interface Kept {
  readonly unit: string;
  readonly ring: PointRing;
  readonly firstMs: number;
}

export interface SeriesInfo {
  readonly name: string;
  readonly unit: string;
}

/** Columns as uPlot takes them: times, then one list a series. `null` is a gap, `undefined` no point at that time. */
export type PlotColumns = [number[], ...(number | null | undefined)[][]];

const byName = (one: SeriesInfo, other: SeriesInfo): number =>
  one.name.localeCompare(other.name, 'en', { numeric: true });

/** The last minute of every series, as the page keeps it. */
export class SeriesHistory {
  readonly #series = new Map<string, Kept>();

  clear(): void {
    this.#series.clear();
  }

  /** Adds points; true when a series is new. */
  add(batch: readonly SeriesPoints[]): boolean {
    let isNew = false;
    for (const { name, unit, timesMs, values } of batch) {
      let kept = this.#series.get(name);
      if (!kept || (unit !== '' && kept.unit !== unit)) {
        kept = {
          unit,
          ring: kept?.ring ?? new PointRing(MAX_POINTS),
          firstMs: kept?.firstMs ?? timesMs[0] ?? 0,
        };
        this.#series.set(name, kept);
        isNew = true;
      }
      for (let index = 0; index < timesMs.length; index += 1) kept.ring.add(timesMs[index]!, values[index]!);
      kept.ring.dropBefore(kept.ring.lastTimeMs - KEPT_MS);
    }
    return isNew;
  }

  /** Names and units, in the order in which they are shown. */
  list(): readonly SeriesInfo[] {
    return [...this.#series].map(([name, { unit }]) => ({ name, unit })).sort(byName);
  }

  /** Points a second of a series over its kept time without its first second; null until that is long enough to tell. */
  rate(name: string): number | null {
    const kept = this.#series.get(name);
    if (!kept) return null;
    const { timesMs } = kept.ring.points();
    const first = timesMs.findIndex((timeMs) => timeMs >= kept.firstMs + BURST_MS);
    const intervals = timesMs.length - 1 - first;
    if (first < 0 || intervals < 2) return null;
    const spanMs = timesMs.at(-1)! - timesMs[first]!;
    return spanMs >= RATE_MS ? (intervals * 1000) / spanMs : null;
  }

  /** The newest value of a series. */
  latest(name: string): number | null {
    return this.#series.get(name)?.ring.lastValue ?? null;
  }

  /** What is in the window, thinned for so many pixels. Times are seconds before `toMs`, so at most 0. */
  columns(names: readonly string[], fromMs: number, toMs: number, pixels: number): PlotColumns {
    const parts = names.map((name) => this.#window(name, fromMs, toMs, pixels));
    const times = mergeTimes(parts.map(({ timesMs }) => timesMs));
    const lists = parts.map(({ timesMs, values }) => spread(times, timesMs, values));
    return [times.map((time) => (time - toMs) / 1000), ...lists];
  }

  #window(name: string, fromMs: number, toMs: number, pixels: number): Points {
    const all = this.#series.get(name)?.ring.points(fromMs) ?? {
      timesMs: new Float64Array(),
      values: new Float64Array(),
    };
    // With the point before the window, the line enters at its edge.
    const end = countUntil(all.timesMs, toMs);
    const part = { timesMs: all.timesMs.subarray(0, end), values: all.values.subarray(0, end) };
    return withGaps(decimate(part, Math.max(16, Math.floor(pixels / 2))));
  }
}

interface Points {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

/** How many of the ordered times are not after a limit. The limit is mostly the newest time: looked for from the end. */
function countUntil(timesMs: Float64Array, limitMs: number): number {
  let count = timesMs.length;
  while (count > 0 && timesMs[count - 1]! > limitMs) count -= 1;
  return count;
}

/** Puts a NaN into every long pause. */
function withGaps({ timesMs, values }: Points): Points {
  const times: number[] = [];
  const list: number[] = [];
  for (let index = 0; index < timesMs.length; index += 1) {
    const last = times.at(-1);
    if (last !== undefined && timesMs[index]! - last > GAP_MS) {
      times.push(last + 1);
      list.push(NaN);
    }
    times.push(timesMs[index]!);
    list.push(values[index]!);
  }
  return { timesMs: Float64Array.from(times), values: Float64Array.from(list) };
}

function mergeTimes(lists: readonly Float64Array[]): number[] {
  const all = new Set<number>();
  for (const list of lists) for (const time of list) all.add(time);
  return [...Float64Array.from(all).sort()];
}

/** The values of a series at the merged times. */
function spread(times: readonly number[], own: Float64Array, values: Float64Array): (number | null | undefined)[] {
  const list = new Array<number | null | undefined>(times.length).fill(undefined);
  let at = 0;
  for (let index = 0; index < own.length; index += 1) {
    while (times[at] !== own[index]) at += 1;
    const value = values[index]!;
    list[at] = Number.isFinite(value) ? value : null;
  }
  return list;
}
