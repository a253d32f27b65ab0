import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteTicks, indexTicks } from '../../../../webview-ui/shared/axisTicks';

describe('axis ticks', () => {
  it('are powers of two apart for bytes', () => {
    expect(byteTicks(0, 80 * 1024, 10).map((tick) => tick / 1024)).toEqual([0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80]);
  });

  it('are round numbers apart for indices', () => {
    expect(indexTicks(0, 30, 8)).toEqual([0, 5, 10, 15, 20, 25, 30]);
    expect(indexTicks(0, 4999, 8)).toEqual([0, 1000, 2000, 3000, 4000]);
  });

  it('stay inside and are few, whatever the span', () => {
    const span = fc.tuple(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }));
    fc.assert(
      fc.property(span, fc.integer({ min: 1, max: 20 }), ([from, length], count) => {
        for (const ticks of [byteTicks(from, from + length, count), indexTicks(from, from + length, count)]) {
          expect(ticks.length).toBeLessThanOrEqual(count + 1);
          for (const tick of ticks) expect(tick >= from && tick <= from + length).toBe(true);
        }
      }),
    );
  });

  it('are none for no span', () => {
    expect(byteTicks(5, 5, 4)).toEqual([]);
  });
});
