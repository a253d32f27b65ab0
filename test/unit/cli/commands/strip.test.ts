import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stripCommand } from '../../../../src/cli/commands/strip';
import { runCli } from '../../../../src/cli/runCli';
import { int8ConvDense } from '../../../fixtures/tfliteBuilder';

const folder = mkdtempSync(path.join(tmpdir(), 'tinyml-strip-'));
const model = path.join(folder, 'model.tflite');

async function run(...argv: string[]): Promise<{ code: number; out: string; error: string }> {
  let out = '';
  let error = '';
  const code = await runCli(['strip', ...argv], [stripCommand], {
    out: (text) => (out += text),
    error: (text) => (error += text),
    signal: new AbortController().signal,
  });
  return { code, out, error };
}

describe('tinyml strip', () => {
  beforeAll(() => writeFileSync(model, int8ConvDense().bytes()));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('writes a smaller file and answers what was saved by what it was for', async () => {
    const output = path.join(folder, 'out.tflite');
    const { code, out } = await run(model, '-o', output, '--level', 'tflm', '--json');
    expect(code).toBe(0);
    const answer = JSON.parse(out) as { after: { fileBytes: number }; before: { fileBytes: number } };
    expect(answer).toMatchObject({ command: 'strip', source: model, output, level: 'tflm', isVerified: true });
    expect(answer.after.fileBytes).toBe(readFileSync(output).length);
    expect(answer.after.fileBytes).toBeLessThan(answer.before.fileBytes);
  });

  it('says it to people too', async () => {
    const { code, out } = await run(model, '-o', path.join(folder, 'plain.tflite'));
    expect(code).toBe(0);
    expect(out).toMatch(/names +[\d,]+ B +-> +[\d,]+ B/);
    expect(out).toContain('the same model, the same outputs');
  });

  it('names the levels when another is asked for, and never writes onto its input', async () => {
    expect(await run(model, '-o', 'x.tflite', '--level', 'all')).toMatchObject({ code: 2 });
    const same = await run(model, '-o', model);
    expect(same.code).toBe(2);
    expect(readFileSync(model)).toEqual(Buffer.from(int8ConvDense().bytes()));
  });
});
