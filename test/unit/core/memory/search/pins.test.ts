import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedPath } from '../../../../fixtures/sharedFiles';
import { computedArena, measuredArenas, readMeasuredModel } from '../../../../fixtures/tflmArenas';
import { planGreedily, type PlanRequest } from '../../../../../src/core/memory/greedyPlanner';
import { choosePins } from '../../../../../src/core/memory/search/pins';

const request = fc
  .record({ units: fc.integer({ min: 1, max: 20 }), first: fc.nat(12), life: fc.nat(4) })
  .map(({ units, first, life }): PlanRequest => ({ bytes: 16 * units, first, last: first + life }));
const requests = fc.array(request, { minLength: 1, maxLength: 15 });
const scratch = fc.array(request, { maxLength: 3 });

function withPins(tensors: readonly PlanRequest[], offsets: Int32Array): readonly PlanRequest[] {
  return tensors.map((tensor, i) => (offsets[i] === -1 ? tensor : { ...tensor, pinned: offsets[i]! }));
}

describe('choosePins', () => {
  it('makes the greatest need of all runtimes less, as the greedy planner itself finds, without any overlap', () => {
    let gains = 0;
    fc.assert(
      fc.property(requests, fc.array(scratch, { minLength: 1, maxLength: 3 }), (tensors, runtimes) => {
        const plan = choosePins(tensors, runtimes);
        if (plan === null) return;
        gains += 1;
        const after = runtimes.map((own) => {
          const buffers = [...withPins(tensors, plan.offsets), ...own];
          const { offsets, bytes } = planGreedily(buffers)!;
          for (const [i, a] of buffers.entries()) {
            for (const [j, b] of buffers.entries()) {
              if (i >= j || a.first > b.last || b.first > a.last) continue;
              expect(offsets[i]! + a.bytes <= offsets[j]! || offsets[j]! + b.bytes <= offsets[i]!).toBe(true);
            }
          }
          return bytes;
        });
        const before = runtimes.map((own) => planGreedily([...tensors, ...own])!.bytes);
        expect(plan.runtimes.map((gain) => [gain.before, gain.after])).toEqual(before.map((b, i) => [b, after[i]]));
        expect(Math.max(...after)).toBeLessThan(Math.max(...before));
        expect(plan.offsets.some((offset) => offset !== -1)).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(gains).toBeGreaterThan(0);
  });

  it('pins nothing where greedy already reaches the lower bound', () => {
    expect(choosePins([{ bytes: 64, first: 0, last: 1 }], [[]])).toBeNull();
  });

  const truthFile = sharedPath('reference/tflm-truth.json');
  const folder = sharedPath('models');
  it.skipIf(truthFile === null || folder === null)('brings VWW of MLPerf Tiny to 55,296 bytes with two pins', () => {
    const row = measuredArenas(truthFile!).find(({ model }) => model.endsWith('vww_96_int8.tflite'))!;
    const { plan } = computedArena(readMeasuredModel(folder!, row), row, 'reference');
    const pins = choosePins(plan.buffers, [[]])!;
    expect(pins.runtimes).toEqual([{ before: 73_728, after: 55_296, lowerBound: 55_296 }]);
    expect(pins.offsets.filter((offset) => offset !== -1)).toHaveLength(2);
  });
});
