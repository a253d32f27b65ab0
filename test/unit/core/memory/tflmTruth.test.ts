import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../../src/core/formats/readModel';
import { ModelError } from '../../../../src/core/ir/errors';
import { inferShapes } from '../../../../src/core/ir/inferShapes';
import type { Model } from '../../../../src/core/ir/model';
import { planMemory } from '../../../../src/core/memory/memoryPlan';
import { asksForNoScratch } from '../../../../src/core/memory/scratchFree';
import { MemoryByteSource } from '../../../../src/core/ports/memoryByteSource';

const shared = resolve(__dirname, '../../../../../shared');
const truthFile = resolve(shared, 'reference/tflm-truth.json');

interface Measured {
  readonly model: string;
  readonly state: string;
  readonly arena32: { readonly planned: number };
  readonly plan: readonly (readonly number[])[];
}

function read(path: string): Model | null {
  try {
    return inferShapes(readModel(new MemoryByteSource(readFileSync(resolve(shared, 'models', path)), path)));
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}

if (!existsSync(truthFile)) console.log('skipped: ../shared with measured TFLM plans is not there');

describe.skipIf(!existsSync(truthFile))('plans against those that TFLM made', () => {
  const measured = existsSync(truthFile)
    ? (JSON.parse(readFileSync(truthFile, 'utf8')) as Measured[]).filter(({ state }) => state === 'runs')
    : [];

  it('is exact wherever every operator asks for no scratch, and agrees on 165 of 182 models', () => {
    const claimed: string[] = [];
    const agreeing: string[] = [];
    for (const { model: path, arena32, plan: theirs } of measured) {
      const model = read(path);
      if (!model) continue;
      const plan = planMemory(model);
      const planned = 'reason' in plan ? null : plan.planned;
      if (planned === arena32.planned) agreeing.push(path);
      if ('reason' in plan || !asksForNoScratch(model)) continue;
      claimed.push(path);
      expect({ path, planned }).toEqual({ path, planned: arena32.planned });
      // Of several graphs, TFLM's own print lists only what its interpreter reaches.
      const ours = plan.buffers
        .filter(({ first }) => first >= 0)
        .map(({ bytes, offset, first, last }) => [bytes, offset, first, last]);
      expect({ path, plan: ours.map(([bytes, , first, last]) => [bytes, first, last]) }).toEqual({
        path,
        plan: theirs.map(([bytes, , first, last]) => [bytes, first, last]),
      });
    }
    console.log(
      `planned bytes equal TFLM's: ${agreeing.length} of ${measured.length} models, exact by claim: ${claimed.length}`,
    );
    expect(measured).toHaveLength(182);
    expect(claimed.length).toBeGreaterThanOrEqual(159);
    expect(agreeing.length).toBeGreaterThanOrEqual(165);
  });
});
