import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimate } from '../../../../src/core/device/decimate';

describe('decimate', () => {
  it('keeps short series as they are', () => {
    const points = { timesMs: Float64Array.of(1, 2), values: Float64Array.of(3, 4) };
    expect(decimate(points, 10)).toEqual(points);
  });

  it('keeps ends and extremes, order, and at most four points a column', () => {
    const series = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 50 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
      {
        minLength: 1,
        maxLength: 400,
      },
    );
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 40 }), (steps, columns) => {
        let time = 1.7e12;
        const timesMs = Float64Array.from(steps, ([step]) => (time += step));
        const values = Float64Array.from(steps, ([, value]) => value);
        const thin = decimate({ timesMs, values }, columns);
        expect(thin.values.length).toBeLessThanOrEqual(Math.max(columns * 4, 4));
        expect(Math.max(...thin.values)).toBe(Math.max(...values));
        expect(Math.min(...thin.values)).toBe(Math.min(...values));
        expect([thin.timesMs[0], thin.timesMs.at(-1)]).toEqual([timesMs[0], timesMs.at(-1)]);
        expect([...thin.timesMs]).toEqual([...thin.timesMs].sort((a, b) => a - b));
      }),
    );
  });

  it('keeps a gap', () => {
    const values = new Float64Array(1000).fill(1);
    values[500] = NaN;
    const timesMs = Float64Array.from(values, (_, index) => index);
    expect([...decimate({ timesMs, values }, 10).values].some(Number.isNaN)).toBe(true);
  });
});
