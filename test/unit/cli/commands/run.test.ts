import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../../../src/cli/commands/run';
import { runCli } from '../../../../src/cli/runCli';
import { writeNpy } from '../../../../src/core/datasets/npy';
import { readNpz } from '../../../../src/core/datasets/npz';
import { writeNpz } from '../../../../src/core/datasets/writeNpz';
import { tinyConvNet } from '../../../fixtures/onnxModels';
import { int8ConvDense, reals } from '../../../fixtures/tfliteBuilder';

const folder = mkdtempSync(path.join(tmpdir(), 'tinyml-run-'));
const at = (name: string): string => path.join(folder, name);

async function run(...argv: string[]): Promise<{ code: number; out: string; error: string }> {
  let out = '';
  let error = '';
  const code = await runCli(['run', ...argv], [runCommand], {
    out: (text) => (out += text),
    error: (text) => (error += text),
    signal: new AbortController().signal,
  });
  return { code, out, error };
}

async function json(...argv: string[]): Promise<Record<string, unknown>> {
  const { code, out, error } = await run(...argv, '--json');
  expect(error).toBe('');
  return { ...(JSON.parse(out) as Record<string, unknown>), code };
}

describe('tinyml run', () => {
  beforeAll(() => {
    writeFileSync(at('int8.tflite'), int8ConvDense().bytes());
    writeFileSync(at('float.onnx'), tinyConvNet(17, 'Softmax'));
    writeFileSync(at('x.npy'), writeNpy([1, 3, 8, 8], reals(192, 9)));
    writeFileSync(at('many.npy'), writeNpy([4, 3, 8, 8], reals(768, 9)));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('answers the documented keys', async () => {
    expect(await json(at('int8.tflite'), '--seed', '1')).toMatchObject({
      code: 0,
      schemaVersion: 1,
      estimated: [],
      executor: 'integer',
      steps: 1,
      outputs: [{ name: 'y', dtype: 'int8', shape: [1, 5], fnv1a: expect.stringMatching(/^[0-9a-f]{8}$/) as string }],
      seconds: expect.any(Number) as number,
    });
  });

  it('gives the same for the same seed, another for another', async () => {
    const hash = async (seed: string) => (await json(at('int8.tflite'), '--seed', seed)).inputs;
    expect(await hash('1')).toEqual(await hash('1'));
    expect(await hash('1')).not.toEqual(await hash('2'));
  });

  it('runs a float model on a file, and writes the tensors asked for', async () => {
    const answer = await json(at('float.onnx'), '--input', `x=${at('x.npy')}`, '-o', at('y.npz'));
    expect(answer).toMatchObject({ executor: 'onnxruntime', outputs: [{ name: 'y', shape: [1, 5] }] });
    const written = readNpz(readFileSync(at('y.npz')));
    expect(Object.keys(written)).toEqual(['x', 'y']);
    expect([...written.y!.values].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1);
    await json(at('float.onnx'), '--input', at('x.npy'), '--intermediates', '-o', at('all.npz'));
    expect(Object.keys(readNpz(readFileSync(at('all.npz'))))).toEqual([
      ...['x', 'conv', 'relu', 'depthwise', 'pooled', 'flat', 'logits', 'y'],
    ]);
  });

  it('says when the data holds more than ran, and runs it all in steps', async () => {
    const one = await run(at('float.onnx'), '--input', at('many.npy'));
    expect(one.out).toContain('The data holds 4 values; the first ran.');
    const all = await json(at('float.onnx'), '--input', at('many.npy'), '--steps', '4', '-o', at('steps.npz'));
    expect(all).toMatchObject({ steps: 4 });
    expect(readNpz(readFileSync(at('steps.npz')))['steps/y']!.shape).toEqual([4, 1, 5]);
  });

  it('exits 1 and names the operator where two runs part, 0 where they do not', async () => {
    await json(at('int8.tflite'), '--seed', '1', '--intermediates', '-o', at('a.npz'));
    const same = await run(at('int8.tflite'), '--seed', '1', '--against', at('a.npz'));
    expect(same).toMatchObject({
      code: 0,
      out: expect.stringContaining('No difference to a.npz in 5 tensors.') as string,
    });
    const { flat, ...rest } = readNpz(readFileSync(at('a.npz')));
    const changed = {
      dtype: 'int8',
      shape: flat!.shape,
      data: new Uint8Array(Int8Array.from(flat!.values, (q) => q ^ 1)),
    } as const;
    writeFileSync(at('b.npz'), writeNpz([['flat', changed]]));
    expect(Object.keys(rest)).toContain('conv');
    const other = await run(at('int8.tflite'), '--seed', '1', '--against', at('b.npz'));
    expect(other).toMatchObject({
      code: 1,
      out: expect.stringContaining(
        'First operator that differs: #1 RESHAPE, 64 of 64 values, max difference 1; 1 of 1 tensor differs.',
      ) as string,
    });
    expect((await run(at('int8.tflite'), '--seed', '1', '--against', at('b.npz'), '--tolerance', '1')).code).toBe(0);
    const fed = await run(at('int8.tflite'), '--seed', '2', '--against', at('a.npz'));
    expect(fed.out).toContain('The inputs differ: x,');
  });

  it('exits 2 with one line for what cannot be', async () => {
    const refused = async (...argv: string[]) => {
      const { code, error } = await run(at('float.onnx'), ...argv);
      expect(code).toBe(2);
      expect(error.trim().split('\n')).toHaveLength(1);
      return error;
    };
    expect(await refused()).toContain('--input FILE or --seed N is missing');
    expect(await refused('--seed', 'x')).toContain('--seed x');
    expect(await refused('--seed', '1', '--steps', '0')).toContain('--steps 0');
    expect(await refused('--seed', '1', '--executor', 'gpu')).toContain('integer, onnxruntime');
    expect(await refused('--seed', '1', '--executor', 'integer')).toContain('runs TFLite models');
    expect(await refused('--seed', '1', '--shape', 'x')).toContain('NAME=1x96x96x3');
    expect(await refused('--input', at('none.npy'))).toContain('none.npy');
    expect(await refused('--input', `z=${at('x.npy')}`)).toContain('no input z');
    expect(await refused('--input', at('int8.tflite'))).toContain('int8.tflite');
    expect(await refused('--seed', '1', '-o', at('float.onnx'))).toContain('is the input itself');
  });
});
