import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BufferView, MemoryView } from '../../../../../src/protocol/views';
import {
  aliveAt,
  bufferAt,
  describeRole,
  peaksPerColumn,
} from '../../../../../webview-ui/modelEditor/memory/memoryQueries';
import {
  byteAt,
  memoryDomain,
  memoryLayout,
  panWindow,
  revealTime,
  timeAt,
  xOf,
  yOf,
  zoomWindow,
} from '../../../../../webview-ui/modelEditor/memory/memoryWindow';
import { leaderLine, placeCard } from '../../../../../webview-ui/modelEditor/memory/placeCard';

const buffer = (first: number, last: number, offset: number, bytes: number): BufferView => ({
  tensor: offset,
  name: '',
  bytes,
  offset,
  first,
  last,
  kind: first < 0 ? 'input' : 'activation',
  dtype: 'int8',
  shape: '',
});

const view: MemoryView = {
  buffers: [
    buffer(-1, 0, 0, 27_648),
    buffer(0, 1, 55_296, 18_432),
    buffer(1, 2, 36_864, 18_432),
    buffer(2, 3, 0, 36_864),
  ],
  operators: ['CONV_2D', 'DEPTHWISE_CONV_2D', 'CONV_2D', 'SOFTMAX'],
  order: null,
  live: Float64Array.of(46_080, 36_864, 55_296, 36_864),
  planned: 73_728,
  lowerBound: 55_296,
  peak: 2,
  planner: 'TFLM greedy',
  limit: { region: 'RAM', bytes: 72_668 },
};
const layout = memoryLayout({ width: 760, height: 520 });
const domain = memoryDomain(view, 72_668);

describe('the window of the memory chart', () => {
  it('shows the plan, and the limit when it is near', () => {
    expect(domain).toMatchObject({ fromTime: -1, toTime: 4, fromByte: 0 });
    expect(domain.toByte).toBeGreaterThan(73_728);
    expect(memoryDomain(view, 100_000).toByte).toBeGreaterThan(100_000);
    expect(memoryDomain(view, 1_000_000).toByte).toBe(domain.toByte);
  });

  it('maps there and back', () => {
    expect(timeAt(layout, domain, xOf(layout, domain, 2.5))).toBeCloseTo(2.5);
    expect(byteAt(layout, domain, yOf(layout, domain, 40_000))).toBeCloseTo(40_000);
  });

  it('never leaves the domain, however one zooms and pans', () => {
    const move = fc.record({
      time: fc.double({ min: -10, max: 10, noNaN: true }),
      byte: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      factor: fc.double({ min: 0.1, max: 10, noNaN: true }),
      pans: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 12 }), (moves) => {
        let window = domain;
        for (const { time, byte, factor, pans } of moves) {
          window = pans ? panWindow(window, domain, time, byte) : zoomWindow(window, domain, time, byte, factor, false);
          expect(window.fromTime).toBeGreaterThanOrEqual(domain.fromTime - 1e-6);
          expect(window.toTime).toBeLessThanOrEqual(domain.toTime + 1e-6);
          expect(window.fromByte).toBeGreaterThanOrEqual(-1e-6);
          expect(window.toByte).toBeLessThanOrEqual(domain.toByte + 1e-6);
          expect(window.toTime - window.fromTime).toBeGreaterThanOrEqual(2 - 1e-6);
        }
      }),
    );
  });

  it('follows an operator out of sight', () => {
    const near = zoomWindow(domain, domain, -1, 0, 2, true);
    expect(revealTime(near, domain, 0)).toBe(near);
    const moved = revealTime(near, domain, 3);
    expect(moved.fromTime <= 3 && moved.toTime >= 4).toBe(true);
  });
});

describe('questions to a plan', () => {
  it('hits the rectangle under the pointer', () => {
    expect(bufferAt(view.buffers, 2.5, 10_000, 0, 0)).toBe(3);
    expect(bufferAt(view.buffers, 0.5, 60_000, 0, 0)).toBe(1);
    expect(bufferAt(view.buffers, 3.5, 60_000, 0, 0)).toBe(-1);
    expect(bufferAt(view.buffers, 4.05, 10_000, 0.1, 0)).toBe(3);
  });

  it('prefers a rectangle the pointer is in to one beside it', () => {
    const small = [buffer(0, 9, 0, 1000), buffer(0, 9, 1000, 8)];
    expect(bufferAt(small, 5, 999, 0, 50)).toBe(0);
    expect(bufferAt(small, 5, 1004, 0, 50)).toBe(1);
  });

  it('lists what is alive, largest first, and sums to the live bytes', () => {
    for (const [operator, live] of view.live.entries()) {
      const alive = aliveAt(view.buffers, operator);
      expect(alive.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(live);
      expect(alive.map(({ bytes }) => bytes)).toEqual(alive.map(({ bytes }) => bytes).sort((a, b) => b - a));
    }
    expect(aliveAt(view.buffers, 2).map((alive) => describeRole(view, alive, 2))).toEqual([
      'output of #2',
      'made by #1, last used here',
    ]);
  });

  it('keeps every peak when many operators share a column', () => {
    const live = Float64Array.from({ length: 10_000 }, (_, operator) => (operator === 6789 ? 5000 : operator % 7));
    const peaks = peaksPerColumn({ ...view, live }, 0, 10_000, 100);
    expect(peaks.indexOf(5000)).toBe(67);
  });
});

describe('placeCard', () => {
  const plot = { x: 0, y: 0, width: 700, height: 400 };
  const card = { width: 200, height: 120 };

  it('stays in the plot and off its anchor and the obstacles while there is room', () => {
    const anchor = { x: 100, y: 250, width: 40, height: 150 };
    const obstacles = [anchor, { x: 140, y: 200, width: 200, height: 200 }];
    const place = { ...placeCard(anchor, card, plot, obstacles), ...card };
    expect(place.x >= 0 && place.y >= 0 && place.x + 200 <= 700 && place.y + 120 <= 400).toBe(true);
    for (const { x, y, width, height } of obstacles) {
      const apart = place.x >= x + width || place.x + 200 <= x || place.y >= y + height || place.y + 120 <= y;
      expect(apart).toBe(true);
    }
  });

  it('draws its leader between the nearest edges', () => {
    expect(leaderLine({ x: 0, y: 0, width: 10, height: 10 }, { x: 50, y: 0, width: 20, height: 10 })).toEqual([
      10, 5, 50, 5,
    ]);
  });
});
