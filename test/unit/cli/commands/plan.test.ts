import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { planCommand } from '../../../../src/cli/commands/plan';
import { profileCommand } from '../../../../src/cli/commands/profile';
import { runCli } from '../../../../src/cli/runCli';
import { sharedPath } from '../../../fixtures/sharedFiles';

const folder = mkdtempSync(path.join(tmpdir(), 'tinyml-plan-'));
const models = sharedPath('models/mlperf-tiny');

async function run(...argv: string[]): Promise<{ code: number; out: string; error: string }> {
  let out = '';
  let error = '';
  const code = await runCli(argv, [planCommand, profileCommand], {
    out: (text) => (out += text),
    error: (text) => (error += text),
    signal: new AbortController().signal,
  });
  return { code, out, error };
}

describe('tinyml plan', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('names the runtimes that follow a plan when another is asked for', async () => {
    const { code, error } = await run('plan', 'model.tflite', '-o', 'out.tflite', '--runtime', 'tflm,onnxruntime');
    expect(code).toBe(2);
    expect(error).toContain('tflm, tflm-cmsis-nn, tflm-esp-nn');
  });

  it.skipIf(models === null)(
    'writes a plan that the profile of the new file follows, for the worst of two',
    async () => {
      const output = path.join(folder, 'vww.tflite');
      const vww = path.join(models!, 'vww_96_int8.tflite');
      const { code, out } = await run('plan', vww, '-o', output, '--runtime', 'tflm,tflm-cmsis-nn', '--json');
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({
        command: 'plan',
        source: vww,
        output,
        runtimes: [
          { runtime: 'tflm', before: 73_728, after: 55_296, lowerBound: 55_296 },
          { runtime: 'tflm-cmsis-nn', after: 55_296 },
        ],
        pinned: 2,
        isVerified: true,
      });
      const profiled = await run('profile', output, '--json');
      // Measured with TFLM itself on x86, Cortex-M4 and M55: used 82,228.
      expect(JSON.parse(profiled.out)).toMatchObject({ arena: { planned: 55_296, total: 82_228 } });
      expect(readFileSync(output).length).toBeGreaterThan(0);
    },
  );

  it.skipIf(models === null)('writes nothing, and says why, where greedy already is the best plan', async () => {
    const output = path.join(folder, 'none.tflite');
    const model = path.join(models!, 'pretrainedResnet_quant.tflite');
    const { code, error } = await run('plan', model, '-o', output);
    expect(code).toBe(2);
    expect(error).toContain('no plan can be smaller');
    expect(existsSync(output)).toBe(false);
  });
});
