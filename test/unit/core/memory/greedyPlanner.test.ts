import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planGreedily, type PlanRequest } from '../../../../src/core/memory/greedyPlanner';

const truthFile = resolve(__dirname, '../../../../../shared/reference/tflm-truth.json');

interface MeasuredModel {
  readonly model: string;
  readonly plan?: readonly (readonly [size: number, offset: number, first: number, last: number])[];
}

const request: fc.Arbitrary<PlanRequest> = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: -1, max: 40 }), fc.integer({ min: 0, max: 12 }))
  .map(([blocks, first, length]) => ({ bytes: blocks * 16, first, last: first + length }));

function meet(a: PlanRequest, b: PlanRequest): boolean {
  return a.first <= b.last && b.first <= a.last;
}

describe('planGreedily', () => {
  it('lays out nothing in no bytes', () => {
    expect(planGreedily([])).toEqual({ offsets: new Float64Array(0), bytes: 0 });
  });

  it('places the largest at 0 and a later one that fits in the lowest gap', () => {
    const plan = planGreedily([
      { bytes: 32, first: 0, last: 1 },
      { bytes: 64, first: 1, last: 2 },
      { bytes: 16, first: 2, last: 3 },
    ]);
    expect(plan).toEqual({ offsets: Float64Array.of(64, 0, 64), bytes: 96 });
  });

  it('does not plan what no arena could hold: offsets would not be exact', () => {
    const huge = Array.from({ length: 40 }, () => ({ bytes: 2 ** 33 + 16, first: 0, last: 1 }));
    expect(planGreedily(huge)).toBeNull();
  });

  it('takes the buffer asked last first among equals', () => {
    const plan = planGreedily([
      { bytes: 32, first: 0, last: 1 },
      { bytes: 32, first: 1, last: 2 },
    ]);
    expect(plan?.offsets).toEqual(Float64Array.of(32, 0));
  });

  it('never overlaps two live buffers, keeps alignment, and reaches at least the most that is alive', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 60 }), (requests) => {
        const plan = planGreedily(requests)!;
        for (const [i, a] of requests.entries()) {
          const start = plan.offsets[i]!;
          expect(start % 16).toBe(0);
          for (let j = 0; j < i; j++) {
            const b = requests[j]!;
            const apart = start + a.bytes <= plan.offsets[j]! || plan.offsets[j]! + b.bytes <= start;
            expect(apart || !meet(a, b)).toBe(true);
          }
        }
        for (let step = -1; step < 53; step++) {
          const alive = requests.filter(({ first, last }) => first <= step && step <= last);
          expect(plan.bytes).toBeGreaterThanOrEqual(alive.reduce((sum, { bytes }) => sum + bytes, 0));
        }
        expect(planGreedily(requests)).toEqual(plan);
      }),
    );
  });

  it('gives up, rather than hang, when tens of thousands of buffers are alive at once', () => {
    const requests = Array.from({ length: 20_000 }, () => ({ bytes: 16, first: 0, last: 9 }));
    expect(planGreedily(requests)).toBeNull();
  });

  it.skipIf(!existsSync(truthFile))('gives every buffer of every measured model the offset TFLM gives it', () => {
    const truth = JSON.parse(readFileSync(truthFile, 'utf8')) as MeasuredModel[];
    const planned = truth.filter(({ plan }) => plan);
    expect(planned.length).toBeGreaterThan(100);
    for (const { model, plan } of planned) {
      const result = planGreedily(plan!.map(([bytes, , first, last]) => ({ bytes, first, last })));
      expect({ model, offsets: [...result!.offsets] }).toEqual({ model, offsets: plan!.map(([, offset]) => offset) });
    }
  });
});
