import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCommand } from '../../../../src/cli/commands/check';
import { runCli } from '../../../../src/cli/runCli';
import { nearestBudgetFile } from '../../../../src/node/budgetFile';
import { floatConvDense, hybridConvDense, int8ConvDense } from '../../../fixtures/tfliteBuilder';

const folder = mkdtempSync(path.join(tmpdir(), 'tinyml-check-'));
const config = path.join(folder, 'tinyml.json');

async function check(budget: unknown, ...argv: string[]): Promise<{ code: number; out: string; error: string }> {
  writeFileSync(config, typeof budget === 'string' ? budget : JSON.stringify(budget, null, 2));
  let out = '';
  let error = '';
  const code = await runCli(['check', config, ...argv], [checkCommand], {
    out: (text) => (out += text),
    error: (text) => (error += text),
    signal: new AbortController().signal,
  });
  return { code, out, error };
}

describe('tinyml check', () => {
  beforeAll(() => {
    mkdirSync(path.join(folder, 'models', 'deep'), { recursive: true });
    writeFileSync(path.join(folder, 'models', 'float.tflite'), floatConvDense().bytes());
    writeFileSync(path.join(folder, 'models', 'deep', 'int8.tflite'), int8ConvDense().bytes());
    writeFileSync(path.join(folder, 'hybrid.tflite'), hybridConvDense().bytes());
    writeFileSync(path.join(folder, 'notes.tflite'), 'These are notes.');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('answers the documented keys and passes what is within its budget', async () => {
    const budget = { model: 'models/float.tflite', board: 'nano33ble', maxArena: '64 KiB', maxFlash: '512 KiB' };
    const { code, out } = await check(budget, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      config,
      strict: false,
      passed: true,
      models: [
        {
          model: 'models/float.tflite',
          board: 'nano33ble',
          runtime: 'tflm',
          budgets: [
            { what: 'arena', limit: 65_536, ok: true },
            { what: 'flash', limit: 524_288, ok: true },
          ],
          verdict: 'ok',
          problem: null,
        },
      ],
    });
  });

  it('exits 1 on the first byte above a limit, and says by how much', async () => {
    const model = 'models/float.tflite';
    const { out: json } = await check({ model }, '--json');
    const { arena } = (JSON.parse(json) as { models: [{ arena: number }] }).models[0];
    expect((await check({ model, maxArena: arena })).code).toBe(0);
    const { code, out } = await check({ model, maxArena: arena - 1 });
    expect(code).toBe(1);
    expect(out).toMatch(/models\/float\.tflite .*OVER BUDGET/);
    expect(out).toMatch(/arena [\d,]+ B \(arena\.\w+\) is 1 B over the limit of [\d,]+ B\./);
    expect(out).toContain('0 passed, 1 failed: FAILED');
  });

  it('exits 1 on an error of lint', async () => {
    const { code, out } = await check({ model: 'hybrid.tflite' });
    expect(code).toBe(1);
    expect(out).toMatch(/LINT ERROR/);
    expect(out).toContain('(tinyml/hybrid-quantization)');
  });

  it('follows patterns, one row a model', async () => {
    const { code, out } = await check({ models: ['models/**/*.tflite'] });
    expect(code).toBe(0);
    expect(out).toMatch(/^models\/deep\/int8\.tflite .*\nmodels\/float\.tflite /m);
  });

  it('names a file that is not there, is no model, or matches no pattern, and checks the rest', async () => {
    const { code, out } = await check({
      models: ['gone.tflite', 'notes.tflite', 'none/*.tflite', 'models/float.tflite'],
    });
    expect(code).toBe(1);
    expect(out).toContain('gone.tflite: gone.tflite cannot be read: there is no such file.');
    expect(out).toMatch(/notes\.tflite: notes\.tflite .*is plain text/);
    expect(out).toContain('none/*.tflite: No file matches this pattern.');
    expect(out).toContain('1 passed, 3 failed: FAILED');
  });

  it('passes an accuracy that nobody measured, unless it is strict', async () => {
    const budget = { model: 'models/float.tflite', maxAccuracyDrop: '1 %' };
    const lax = await check(budget);
    expect(lax.code).toBe(0);
    expect(lax.out).toContain('accuracy drop is not measured, at most 1 % is allowed.');
    expect(lax.out).toContain('1 not measured: within budget');
    const strict = await check(budget, '--strict');
    expect(strict.code).toBe(1);
    expect(strict.out).toContain('1 not measured: FAILED');
  });

  it('exits 2 on a file that cannot be used, with its line', async () => {
    const { code, error } = await check('{\n  "model": "a.tflite",\n  "maxArena": "64 feet"\n}');
    expect(code).toBe(2);
    expect(error).toBe(`${config}:3: "maxArena" is no size such as 65536 or "64 KiB".\n`);
  });

  it('exits 2 when the file is not there', async () => {
    let error = '';
    const missing = path.join(folder, 'models', 'tinyml.json');
    const code = await runCli(['check', missing], [checkCommand], {
      out: () => undefined,
      error: (text) => (error += text),
      signal: new AbortController().signal,
    });
    expect([code, error]).toEqual([2, `${missing}: There is no such file.\n`]);
  });

  it('knows the boards of the workspace', async () => {
    const boards = path.join(folder, '.vscode', 'tinyml-boards.json');
    mkdirSync(path.dirname(boards), { recursive: true });
    const regions = [
      { name: 'SRAM', kind: 'ram', size: '4K' },
      { name: 'flash', kind: 'flash', size: '1K' },
    ];
    writeFileSync(boards, JSON.stringify({ boards: [{ id: 'mine', mcu: 'chip', core: 'Cortex-M0+', regions }] }));
    const { code, out } = await check({ model: 'models/float.tflite', board: 'mine' });
    rmSync(boards);
    expect(code).toBe(1);
    expect(out).toContain('(tinyml/weights-above-flash)');
    expect((await check({ model: 'models/float.tflite', board: 'mine' })).code).toBe(2);
  });

  it('is found in the nearest folder above', () => {
    writeFileSync(config, '{}');
    expect(nearestBudgetFile(path.join(folder, 'models', 'deep'))).toBe(config);
    expect(nearestBudgetFile(path.parse(folder).root)).toBeNull();
  });
});
