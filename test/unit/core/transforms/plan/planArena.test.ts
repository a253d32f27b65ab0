import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../../../src/core/formats/readModel';
import { writeModel } from '../../../../../src/core/formats/writeModel';
import { inferShapes } from '../../../../../src/core/ir/inferShapes';
import { offlineOffsets } from '../../../../../src/core/memory/tflm/offlinePlan';
import { tflmMemory } from '../../../../../src/core/memory/tflm/tflmMemory';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { planArena } from '../../../../../src/core/transforms/plan/planArena';
import { sharedPath } from '../../../../fixtures/sharedFiles';
import { GraphByHand, add, modelOf } from '../../memory/graphByHand';

/** Greedy puts the largest at 0, so that what meets it at both ends has no gap left: 512 bytes, 384 alive at once. */
const wasteful = modelOf([
  new GraphByHand()
    .tensor('x', [1, 192])
    .tensor('a', [1, 128])
    .tensor('b', [1, 128])
    .tensor('c', [1, 256])
    .tensor('y', [1, 64])
    .node('ADD', add, ['x', 'x'], ['a'])
    .node('ADD', add, ['a', 'a'], ['b'])
    .node('ADD', add, ['b', 'b'], ['c'])
    .node('ADD', add, ['c', 'c'], ['y'])
    .graph(['x'], ['y']),
]);

const folder = sharedPath('models');

describe('planArena', () => {
  it('pins few tensors, and the planner that follows the pins needs less', () => {
    const before = tflmMemory(wasteful, 'reference');
    const result = planArena(wasteful, ['reference']);
    const after = tflmMemory(result.model, 'reference');
    if ('reason' in before || 'reason' in after) throw new Error('the arena is known');
    expect(result.runtimes).toEqual([
      { before: before.plan.planned, after: after.plan.planned, lowerBound: after.plan.lowerBound },
    ]);
    expect(after.plan.planned).toBeLessThan(before.plan.planned);
    expect(offlineOffsets(result.model)!.filter((offset) => offset !== -1)).toHaveLength(result.pinned);
  });

  it('refuses, in words, where there is nothing to gain', () => {
    const graph = new GraphByHand().tensor('x', [1, 64]).tensor('y', [1, 64]).node('ADD', add, ['x', 'x'], ['y']);
    expect(() => planArena(modelOf([graph.graph(['x'], ['y'])]), ['reference'])).toThrow(
      'TFLM already plans as few bytes as are alive at once',
    );
  });

  it.skipIf(folder === null)(
    'writes the plan of VWW into its file: 55,296 bytes for every kernel set, same output',
    () => {
      const name = 'vww_96_int8.tflite';
      const bytes = readFileSync(path.join(folder!, 'mlperf-tiny', name));
      const model = inferShapes(readModel(new MemoryByteSource(bytes, name)));
      const result = planArena(model, ['reference', 'cmsis-nn-dsp', 'cmsis-nn-mve']);
      expect(result).toMatchObject({ pinned: 2, wasRun: true, notes: [] });
      const written = inferShapes(readModel(new MemoryByteSource(writeModel(result.model), name)));
      for (const kernels of ['reference', 'cmsis-nn-dsp', 'cmsis-nn-mve'] as const) {
        const memory = tflmMemory(written, kernels);
        expect('reason' in memory ? memory.reason : memory.plan.planned).toBe(55_296);
      }
      // Planned again, there is nothing left to gain over what TFLM makes of it: the old plan is not counted as TFLM's.
      expect(planArena(written, ['reference']).runtimes[0]).toMatchObject({ before: 73_728, after: 55_296 });
    },
  );
});
