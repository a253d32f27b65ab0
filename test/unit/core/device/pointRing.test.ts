import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PointRing } from '../../../../src/core/device/pointRing';

describe('PointRing', () => {
  it('keeps the newest points in order, and finds them by time', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 1500 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 700 }), fc.nat(4000), (gaps, capacityOver, fromMs) => {
        const capacity = 256 + capacityOver;
        const ring = new PointRing(capacity);
        let time = 0;
        const all = gaps.map((gap, index): [number, number] => [(time += gap), index]);
        for (const [timeMs, value] of all) ring.add(timeMs, value);
        const kept = all.slice(-capacity);
        const before = kept.filter(([timeMs]) => timeMs < fromMs).length;
        const { timesMs, values } = ring.points(fromMs);
        const expected = kept.slice(Math.max(0, before - 1));
        expect([...timesMs]).toEqual(expected.map(([timeMs]) => timeMs));
        expect([...values]).toEqual(expected.map(([, value]) => value));
        expect(ring.length).toBe(kept.length);
        expect(ring.lastValue).toBe(all.length - 1);
        ring.dropBefore(fromMs);
        expect([...ring.points().values]).toEqual(kept.slice(before).map(([, value]) => value));
      }),
    );
  });

  it('lets no time go back', () => {
    const ring = new PointRing(10);
    ring.add(5, 1);
    ring.add(3, 2);
    expect([...ring.points().timesMs]).toEqual([5, 5]);
  });
});
