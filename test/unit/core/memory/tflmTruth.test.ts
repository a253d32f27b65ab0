import { describe, expect, it } from 'vitest';
import { sharedPath } from '../../../fixtures/sharedFiles';
import {
  computedArena,
  measuredArenas,
  readMeasuredModel,
  SMALLEST_MEASURED,
  type MeasuredArena,
} from '../../../fixtures/tflmArenas';

const truthFile = sharedPath('reference/tflm-truth.json');
const folder = sharedPath('models');

describe.skipIf(truthFile === null || folder === null)('arenas against those that TFLM took', () => {
  const rows = truthFile === null ? [] : measuredArenas(truthFile);

  function differences(row: MeasuredArena): object | null {
    const { plan, arena } = computedArena(readMeasuredModel(folder!, row), row, 'reference');
    // Of several graphs, TFLM's own print lists only what its interpreter reaches.
    const ours = plan.buffers.filter(({ first }) => first >= 0).map((b) => [b.bytes, b.offset, b.first, b.last]);
    const byTime = (buffers: readonly (readonly number[])[]) =>
      buffers.map(([bytes, , first, last]) => [bytes, first, last]);
    const computed = {
      planned: plan.planned,
      persistent: arena.persistent,
      tail: arena.tail.map(({ bytes, alignment }) => [bytes, alignment]),
      buffers: byTime(ours),
    };
    const measured = {
      planned: row.arena32.planned,
      persistent: row.arena32.persistent,
      tail: row.tail.map(([bytes, alignment]) => [bytes, alignment]),
      buffers: byTime(row.plan),
    };
    return JSON.stringify(computed) === JSON.stringify(measured) ? null : { model: row.model, computed, measured };
  }

  it('plans and keeps the same bytes, buffer by buffer and allocation by allocation, on all 182 models', () => {
    expect(rows).toHaveLength(182);
    expect(rows.map(differences).filter((difference) => difference !== null)).toEqual([]);
  });

  it('names a minimum that suffices and is at most 16 bytes too large', () => {
    const off = rows.flatMap((row) => {
      const { arena } = computedArena(readMeasuredModel(folder!, row), row, 'reference');
      const over = Math.max(arena.minimum, SMALLEST_MEASURED) - row.arena32.minimum;
      return over >= 0 && over <= 16 ? [] : [{ model: row.model, over }];
    });
    expect(off).toEqual([]);
  });

  it('names the minimum of models smaller than any arena that was tried there', () => {
    // Measured by bisection with tflite-micro 90b983c2b compiled for 32 bits (g++ 12 -m32 -fshort-enums).
    const minima: Readonly<Record<string, number>> = {
      'ai-edge-quantizer/single_fc.tflite': 608,
      'ai-edge-quantizer/single_maximum.tflite': 560,
      'ai-edge-quantizer/single_pack.tflite': 560,
      'ai-edge-quantizer/single_sqrt.tflite': 480,
      'tflite-quantizer-testdata/maximum.bin': 512,
      'tflite-quantizer-testdata/pack.bin': 640,
    };
    const computed = Object.keys(minima).map((name) => {
      const row = rows.find(({ model }) => model === name)!;
      return [name, computedArena(readMeasuredModel(folder!, row), row, 'reference').arena.minimum];
    });
    expect(Object.fromEntries(computed)).toEqual(minima);
  });
});
