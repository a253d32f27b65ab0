import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  computedArena,
  measuredArenas,
  readMeasuredModel,
  type MeasuredBuild,
} from '../../../../../fixtures/tflmArenas';

const shared = resolve(__dirname, '../../../../../../../shared');
const truthFile = resolve(shared, 'reference/tflm-truth.json');

const builds = [
  ['cortexM4CmsisNn', 'cmsis-nn-dsp'],
  ['cortexM55CmsisNn', 'cmsis-nn-mve'],
] as const;

if (!existsSync(truthFile)) console.log('skipped: ../shared with measured TFLM arenas is not there');

describe.skipIf(!existsSync(truthFile))('arenas with CMSIS-NN kernels against those measured on Cortex-M', () => {
  const rows = existsSync(truthFile) ? measuredArenas(truthFile) : [];

  it.each(builds)('%s: planned and used are exact', (build, kernels) => {
    const measured = rows.filter((row) => row[build]);
    const ours: Record<string, MeasuredBuild> = {};
    const theirs: Record<string, MeasuredBuild> = {};
    for (const row of measured) {
      const { plan, arena } = computedArena(readMeasuredModel(resolve(shared, 'models'), row), row, kernels);
      ours[row.model] = { used: plan.planned + arena.persistent, planned: plan.planned };
      theirs[row.model] = { used: row[build]!.used, planned: row[build]!.planned };
    }
    expect(measured).toHaveLength(163);
    expect(ours).toEqual(theirs);
  });
});
