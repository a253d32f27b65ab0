import { describe, expect, it } from 'vitest';
import type { InferenceView } from '../../../../src/protocol/device';
import { classCategory } from '../../../../webview-ui/deviceMonitor/classColors';
import { classRuns } from '../../../../webview-ui/deviceMonitor/classRuns';
import { formatDuration, formatRate } from '../../../../webview-ui/deviceMonitor/formatTime';
import { latencyStats } from '../../../../webview-ui/deviceMonitor/latencyStats';
import { failureTitle, readChoice } from '../../../../webview-ui/deviceMonitor/monitorChoice';
import { ResultHistory } from '../../../../webview-ui/deviceMonitor/resultHistory';
import { SeriesHistory } from '../../../../webview-ui/deviceMonitor/seriesHistory';

const points = (name: string, list: readonly (readonly [number, number])[], unit = '') => ({
  name,
  unit,
  timesMs: Float64Array.from(list, ([time]) => time),
  values: Float64Array.from(list, ([, value]) => value),
});

function result(timeMs: number, scores: Record<string, number>, timing: Record<string, number> = {}): InferenceView {
  const classes = Object.entries(scores).map(([label, score]) => ({ label, score }));
  return { timeMs, kind: 'classification', classes, boxes: [], anomaly: null, timing };
}

describe('SeriesHistory', () => {
  it('lays series of different times over one axis, in seconds before now', () => {
    const history = new SeriesHistory();
    expect(
      history.add([
        points('b', [
          [1000, 1],
          [1400, 2],
        ]),
        points('a', [[1200, 9]]),
      ]),
    ).toBe(true);
    expect(history.add([points('a', [[1600, 8]])])).toBe(false);
    expect(history.list().map(({ name }) => name)).toEqual(['a', 'b']);
    expect(history.columns(['a', 'b'], 0, 2000, 100)).toEqual([
      [-1, -0.8, -0.6, -0.4],
      [undefined, 9, undefined, 8],
      [1, undefined, 2, undefined],
    ]);
  });

  it('draws a long pause and a NaN as gaps', () => {
    const history = new SeriesHistory();
    history.add([
      points('a', [
        [0, 1],
        [100, NaN],
        [200, 3],
        [5200, 4],
      ]),
    ]);
    expect(history.columns(['a'], -10, 5200, 100)[1]).toEqual([1, null, 3, null, 4]);
  });

  it('takes what is in the window and the point before it, and thins to the pixels', () => {
    const history = new SeriesHistory();
    history.add([
      points(
        'a',
        Array.from({ length: 20_000 }, (_, index) => [index, Math.sin(index / 40)] as const),
      ),
    ]);
    const [times, values] = history.columns(['a'], 10_000, 19_999, 200);
    expect(times[0]).toBeCloseTo(-10, 3);
    expect(times.at(-1)).toBe(0);
    expect(values!.length).toBeLessThanOrEqual(400);
    expect(Math.max(...(values as number[]))).toBeCloseTo(1, 3);
    expect(history.rate('a')).toBeCloseTo(1000, 6);
  });

  it('keeps a minute', () => {
    const history = new SeriesHistory();
    for (let time = 0; time <= 100_000; time += 100) history.add([points('a', [[time, 1]])]);
    expect(history.columns(['a'], 0, 100_000, 10_000)[0][0]).toBe(-60);
  });
});

describe('ResultHistory', () => {
  it('knows the top class, how long it is on top, and how many come a second', () => {
    const history = new ResultHistory();
    history.add([
      result(1000, { idle: 0.9, wave: 0.1 }),
      result(2000, { idle: 0.2, wave: 0.8 }, { dsp: 18, inference: 4 }),
      result(3000, { idle: 0.1, wave: 0.9 }, { dsp: 20, inference: 4 }),
    ]);
    expect(history.labels).toEqual(['idle', 'wave']);
    expect(history.heldMs()).toBe(1000);
    expect(history.latencies).toEqual([22, 24]);
    expect(history.averages()).toEqual([
      ['dsp', 19],
      ['inference', 4],
    ]);
    expect(history.tops(1500, 2500).map(({ timeMs }) => timeMs)).toEqual([1000, 2000]);
  });
});

describe('rates', () => {
  const burst = Array.from({ length: 200 }, (_, index) => 1000 + index);
  const steady = Array.from({ length: 40 }, (_, index) => 1250 + index * 250);

  it('of results leave out what came at once, and are not told before there is enough', () => {
    const history = new ResultHistory();
    expect(history.rate(1000)).toBeNull();
    history.add([...burst, ...steady].map((timeMs) => result(timeMs, { idle: 1 })));
    expect(history.rate(4900)).toBeNull();
    expect(history.rate(6000)).toBe(4);
    expect(history.rate(60_000)).toBe(0);
    history.clear();
    expect(history.rate(60_000)).toBeNull();
  });

  it('of points leave out what came at once, and are not told before there is enough', () => {
    const history = new SeriesHistory();
    history.add([
      points(
        'a',
        [...burst, ...steady.slice(0, 12)].map((timeMs) => [timeMs, 1] as const),
      ),
    ]);
    expect(history.rate('a')).toBeNull();
    history.add([
      points(
        'a',
        steady.slice(12).map((timeMs) => [timeMs, 1] as const),
      ),
    ]);
    expect(history.rate('a')).toBeCloseTo(4, 6);
    expect(history.rate('b')).toBeNull();
  });
});

describe('classRuns', () => {
  it('joins neighbours and stops when the board does', () => {
    const tops = [
      { timeMs: 0, label: 'a', score: 1 },
      { timeMs: 500, label: 'a', score: 1 },
      { timeMs: 1000, label: 'b', score: 1 },
      { timeMs: 9000, label: 'b', score: 1 },
    ];
    expect(classRuns(tops, 9200)).toEqual([
      { label: 'a', fromMs: 0, toMs: 1000 },
      { label: 'b', fromMs: 1000, toMs: 2500 },
      { label: 'b', fromMs: 9000, toMs: 9200 },
    ]);
  });

  it('colours classes by their order, nothing grey', () => {
    const labels = ['idle', 'wave', 'updown', 'snake'];
    expect(labels.map((label) => classCategory(label, labels))).toEqual([5, 0, 1, 2]);
  });
});

describe('latencyStats', () => {
  it('takes percentiles by nearest rank', () => {
    const stats = latencyStats(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(stats).toMatchObject({ count: 100, p50: 50, p95: 95, p99: 99, max: 100 });
    expect(stats?.bins.reduce((sum, count) => sum + count, 0)).toBe(100);
  });

  it('gives whole milliseconds a bar each', () => {
    expect(latencyStats([22, 22, 24])).toMatchObject({ fromMs: 21.5, toMs: 24.5, bins: [2, 0, 1] });
    expect(latencyStats([3])).toMatchObject({ bins: [1], p99: 3 });
    expect(latencyStats([])).toBeNull();
  });
});

describe('what is written', () => {
  it('says durations and rates', () => {
    expect([4, 848, 3725].map(formatDuration)).toEqual(['4 s', '14 min 08 s', '1 h 02 min']);
    expect([0, 999, 11_432, 1.5e6].map(formatRate)).toEqual(['0 B/s', '999 B/s', '11.4 kB/s', '1.50 MB/s']);
  });

  it('calls a refusal by a few words that its sentence does not repeat', () => {
    expect(failureTitle('not-found', '/dev/ttyACM9')).toBe('Port not found');
    expect(failureTitle('not-found', 'tcp://nowhere:1')).toBe('Host not found');
    expect(failureTitle('unavailable', 'COM3')).toBe('Could not connect');
  });

  it('keeps a choice over a reload, and nothing that is none', () => {
    const kept = { address: 'tcp://a:1', baudRate: 9600, protocol: 'tflm' } as const;
    expect(readChoice(kept)).toEqual(kept);
    expect(readChoice({ address: 1 }).address).toBe('');
    expect(readChoice({ ...kept, protocol: 'morse' }).protocol).toBe('auto');
  });
});
