import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../../../../src/core/formats/readModel';
import { inferShapes } from '../../../../../../src/core/ir/inferShapes';
import type { KernelSet } from '../../../../../../src/core/memory/tflm/kernelRequests';
import { tflmMemory } from '../../../../../../src/core/memory/tflm/tflmMemory';
import { MemoryByteSource } from '../../../../../../src/core/ports/memoryByteSource';

const shared = resolve(__dirname, '../../../../../../../shared');
const truthFile = resolve(shared, 'reference/tflm-truth.json');

interface Arena {
  readonly used: number;
  readonly planned: number;
}

interface Measured {
  readonly model: string;
  readonly resourceVariables?: number;
  readonly cortexM4CmsisNn?: Arena;
  readonly cortexM55CmsisNn?: Arena;
}

const columns = [
  ['cortexM4CmsisNn', 'cmsis-nn-dsp'],
  ['cortexM55CmsisNn', 'cmsis-nn-mve'],
] as const satisfies readonly (readonly [keyof Measured, KernelSet])[];

function arenaOf({ model: path, resourceVariables }: Measured, kernels: KernelSet): Arena | string {
  const model = inferShapes(readModel(new MemoryByteSource(readFileSync(resolve(shared, 'models', path)), path)));
  const memory = tflmMemory(model, kernels, resourceVariables === undefined ? {} : { resourceVariables });
  if ('reason' in memory) return memory.reason;
  return { used: memory.plan.planned + memory.arena.persistent, planned: memory.plan.planned };
}

if (!existsSync(truthFile)) console.log('skipped: ../shared with measured TFLM arenas is not there');

describe.skipIf(!existsSync(truthFile))('arenas with CMSIS-NN kernels against those measured on Cortex-M', () => {
  const measured = existsSync(truthFile) ? (JSON.parse(readFileSync(truthFile, 'utf8')) as Measured[]) : [];

  it.each(columns)('%s: planned and used are exact', (column, kernels) => {
    const rows = measured.filter((row) => row[column]);
    const wrong: unknown[] = [];
    let planned = 0;
    for (const row of rows) {
      const { used, planned: head } = row[column]!;
      const ours = arenaOf(row, kernels);
      if (typeof ours !== 'string' && ours.planned === head) planned += 1;
      if (typeof ours === 'string' || ours.planned !== head || ours.used !== used) {
        wrong.push({ model: row.model, ours, measured: { used, planned: head } });
      }
    }
    console.log(`${column}: planned equal ${planned} of ${rows.length}, used equal ${rows.length - wrong.length}`);
    expect(rows).toHaveLength(163);
    expect(wrong).toEqual([]);
  });
});
