import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedPath } from '../../../../fixtures/sharedFiles';
import { computedArena, measuredArenas, readMeasuredModel } from '../../../../fixtures/tflmArenas';
import { planGreedily, type PlanRequest } from '../../../../../src/core/memory/greedyPlanner';
import { mostAlive, searchPlacement } from '../../../../../src/core/memory/search/placement';

const request = fc
  .record({ units: fc.integer({ min: 1, max: 40 }), first: fc.integer({ min: -1, max: 30 }), life: fc.nat(8) })
  .map(({ units, first, life }): PlanRequest => ({ bytes: 16 * units, first, last: first + life }));

function overlaps(requests: readonly PlanRequest[], offsets: ArrayLike<number>): boolean {
  return requests.some((a, i) =>
    requests.some(
      (b, j) =>
        i < j &&
        a.first <= b.last &&
        b.first <= a.last &&
        offsets[i]! < offsets[j]! + b.bytes &&
        offsets[j]! < offsets[i]! + a.bytes,
    ),
  );
}

describe('searchPlacement', () => {
  it('never overlaps two live buffers, is never worse than greedy and never better than what is alive', () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 40 }), (requests) => {
        const { best, lowerBound } = searchPlacement(requests)!;
        expect(overlaps(requests, best.offsets)).toBe(false);
        expect(best.offsets.every((offset) => offset >= 0 && offset % 16 === 0)).toBe(true);
        expect(best.bytes).toBe(requests.reduce((most, { bytes }, i) => Math.max(most, best.offsets[i]! + bytes), 0));
        expect(best.bytes).toBeGreaterThanOrEqual(lowerBound);
        expect(best.bytes).toBeLessThanOrEqual(planGreedily(requests)!.bytes);
        expect(lowerBound).toBe(mostAlive(requests));
      }),
    );
  });

  it('ends on many buffers that are alive in many ways', () => {
    const requests = Array.from({ length: 3000 }, (_, i) => ({
      bytes: 16 * (1 + ((i * 7919) % 97)),
      first: (i * 31) % 500,
      last: ((i * 31) % 500) + ((i * 17) % 40),
    }));
    const found = searchPlacement(requests)!;
    expect(overlaps(requests.slice(0, 300), found.best.offsets)).toBe(false);
    expect(found.best.bytes).toBeGreaterThanOrEqual(found.lowerBound);
  });

  const truthFile = sharedPath('reference/tflm-truth.json');
  const folder = sharedPath('models');
  it.skipIf(truthFile === null || folder === null)('reaches the lower bound on every model that TFLM runs', () => {
    const above = measuredArenas(truthFile!).filter((row) => {
      const { plan } = computedArena(readMeasuredModel(folder!, row), row, 'reference');
      const { best, lowerBound } = searchPlacement(plan.buffers)!;
      return best.bytes > lowerBound;
    });
    expect(above.map(({ model }) => model)).toEqual([]);
  });
});
