import type { DeviceBatch } from '../protocol/device';

/** One line of `tinyml monitor --json`. Times are epoch milliseconds. */
export type MonitorEvent =
  | { readonly event: 'line'; readonly timeMs: number; readonly level: string; readonly text: string }
  | {
      readonly event: 'result';
      readonly timeMs: number;
      readonly kind: string;
      readonly classes: Readonly<Record<string, number>>;
      readonly boxes: readonly object[];
      readonly anomaly: number | null;
      readonly timingMs: Readonly<Record<string, number>>;
    }
  | {
      readonly event: 'point';
      readonly timeMs: number;
      readonly name: string;
      readonly unit: string;
      readonly value: number | null;
    };

/** A batch as events: lines, then results, then points, each oldest first. A value that JSON cannot hold is null. */
export function monitorEvents({ lines, results, series }: DeviceBatch): readonly MonitorEvent[] {
  return [
    ...lines.map(({ timeMs, level, text }): MonitorEvent => ({ event: 'line', timeMs, level, text })),
    ...results.map(({ timeMs, kind, classes, boxes, anomaly, timing }): MonitorEvent => ({
      event: 'result',
      timeMs,
      kind,
      classes: Object.fromEntries(classes.map(({ label, score }) => [label, score])),
      boxes,
      anomaly,
      timingMs: timing,
    })),
    ...series.flatMap(({ name, unit, timesMs, values }) =>
      Array.from(values, (value, index): MonitorEvent => {
        const written = Number.isFinite(value) ? value : null;
        return { event: 'point', timeMs: timesMs[index]!, name, unit, value: written };
      }),
    ),
  ];
}
