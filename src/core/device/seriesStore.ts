import { decimate } from './decimate';
import { PointRing } from './pointRing';
import type { SeriesPoints } from './sessionViews';

/** Kept of every series. */
export const SERIES_KEPT_MS = 60_000;

/** At 1 Mbit/s a series may have 20,000 points a second: then fewer seconds are kept. */
const MAX_POINTS = 1 << 17;

/** A stream with more names than this (a counter in a name) is shown in the log alone. */
export const MAX_SERIES = 32;

const SNAPSHOT_POINTS = 4000;

interface Series {
  readonly name: string;
  unit: string;
  readonly ring: PointRing;
  readonly freshTimes: number[];
  readonly freshValues: number[];
}

/** The plotted series of a session: the last minute, and what is new since it was last asked. */
export class SeriesStore {
  readonly #series = new Map<string, Series>();

  add(name: string, unit: string, timeMs: number, value: number): void {
    let series = this.#series.get(name);
    if (!series) {
      if (this.#series.size >= MAX_SERIES) return;
      series = { name, unit, ring: new PointRing(MAX_POINTS), freshTimes: [], freshValues: [] };
      this.#series.set(name, series);
    }
    if (unit !== '') series.unit = unit;
    series.ring.add(timeMs, value);
    series.freshTimes.push(series.ring.lastTimeMs);
    series.freshValues.push(value);
  }

  /** Points since the last call. */
  takeFresh(): SeriesPoints[] {
    const fresh: SeriesPoints[] = [];
    for (const { name, unit, ring, freshTimes, freshValues } of this.#series.values()) {
      if (freshTimes.length === 0) continue;
      ring.dropBefore(ring.lastTimeMs - SERIES_KEPT_MS);
      fresh.push({ name, unit, timesMs: Float64Array.from(freshTimes), values: Float64Array.from(freshValues) });
      freshTimes.length = 0;
      freshValues.length = 0;
    }
    return fresh;
  }

  /** All that is kept, thinned to extremes where there are more points than a screen has columns. */
  snapshot(): SeriesPoints[] {
    return [...this.#series.values()].map(({ name, unit, ring }) => {
      const { timesMs, values } = ring.points();
      return { name, unit, ...decimate({ timesMs, values }, SNAPSHOT_POINTS / 4) };
    });
  }
}
