import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { profileCommand } from '../../../../src/cli/commands/profile';
import { runCli } from '../../../../src/cli/runCli';
import { OnnxBuilder } from '../../../../src/core/formats/onnx/onnxBuilder';
import { ALLOC, elfBytes, EXECUTE, NOBITS, PROGBITS, WRITE } from '../../../fixtures/elfBytes';

const folder = mkdtempSync(path.join(tmpdir(), 'tinyml-profile-'));
const small = path.join(folder, 'small.onnx');
const large = path.join(folder, 'large.onnx');

async function run(...argv: string[]): Promise<{ code: number; out: string; error: string }> {
  let out = '';
  let error = '';
  const code = await runCli(['profile', ...argv], [profileCommand], {
    out: (text) => (out += text),
    error: (text) => (error += text),
    signal: new AbortController().signal,
  });
  return { code, out, error };
}

function relu(size: number): Uint8Array {
  return new OnnxBuilder({ opset: 17 })
    .input('x', 'float32', [size])
    .node('Relu', ['x'], ['y'])
    .output('y', 'float32', [size])
    .build();
}

describe('tinyml profile', () => {
  beforeAll(() => {
    writeFileSync(small, relu(1000));
    writeFileSync(large, relu(100_000));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('answers the documented keys', async () => {
    const { code, out } = await run(small, '--board', 'nano33ble', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      board: 'nano33ble',
      runtime: 'tflm',
      arena: { total: null, planned: 8000, scratch: null, persistent: null, minimum: null },
      lowerBound: 8000,
      flash: { weights: 0, code: null },
      fits: {
        ram: true,
        flash: true,
        regions: [{ name: 'RAM', kind: 'ram', bytes: 262_144, used: 8000 }, { name: 'flash' }],
      },
      latencyMs: null,
    });
  });

  it('prints a table that says what is an estimate', async () => {
    const { code, out } = await run(small, '--board', 'nano33ble', '--runtime', 'tflm-cmsis-nn');
    expect(code).toBe(0);
    expect(out).toMatch(/arena planned +8,000 B \(estimate\)/);
    expect(out).toMatch(/fits RAM +yes/);
    expect(out).toMatch(/RAM +ram +8,000 B +of +262,144 B/);
  });

  it('exits 1 with --fail-over when it does not fit, and 0 without', async () => {
    expect(await run(large, '--board', 'nano33ble', '--fail-over')).toMatchObject({ code: 1 });
    expect(await run(large, '--board', 'nano33ble')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/fits RAM +NO/) as string,
    });
    expect(await run(small, '--board', 'nano33ble', '--fail-over')).toMatchObject({ code: 0 });
  });

  it('exits 2 on an unknown board or runtime, with the nearest ids', async () => {
    const board = await run(small, '--board', 'nano33bel');
    expect(board).toMatchObject({ code: 2, out: '' });
    expect(board.error).toContain('nano33ble');
    const runtime = await run(small, '--runtime', 'tflite');
    expect(runtime.code).toBe(2);
    expect(runtime.error).toContain('tflm-cmsis-nn');
  });

  it('exits 2 where --fail-over has nothing to fail against, and on a file that is no model', async () => {
    expect((await run(small, '--fail-over')).code).toBe(2);
    expect(await run(path.join(folder, 'none.onnx'))).toMatchObject({
      code: 2,
      error: expect.stringContaining('none.onnx') as string,
    });
  });

  it('counts a firmware beside the model, by region', async () => {
    const elf = path.join(folder, 'app.elf');
    const ram = 0x2000_0000;
    writeFileSync(
      elf,
      elfBytes({
        sections: [
          { name: '.text', type: PROGBITS, flags: ALLOC | EXECUTE, address: 0, bytes: 50_000 },
          { name: '.bss', type: NOBITS, flags: ALLOC | WRITE, address: ram, bytes: 30_000 },
        ],
        segments: [
          { address: 0, loadAddress: 0, holds: ['.text'] },
          { address: ram, loadAddress: ram, holds: ['.bss'] },
        ],
      }),
    );
    const { code, out } = await run(small, '--board', 'nano33ble', '--firmware', elf, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      fits: {
        ram: true,
        regions: [
          { name: 'RAM', used: 8000, firmware: 30_000 },
          { name: 'flash', firmware: 50_000 },
        ],
        arena: { how: 'one', parts: [{ region: 'RAM', bytes: 8000 }] },
      },
      firmware: { ram: 30_000, flash: 50_000, sections: [{ name: '.text' }, { name: '.bss' }] },
    });
    const people = await run(small, '--board', 'nano33ble', '--firmware', elf);
    expect(people.out).toMatch(/RAM +ram +8,000 B +of +262,144 B +firmware +30,000 B +free 224,144 B/);
    expect(await run(small, '--board', 'nano33ble', '--firmware', small)).toMatchObject({ code: 2 });
    expect((await run(small, '--firmware', elf)).error).toContain('--firmware needs a --board');
  });

  it('finds boards that the folder of the model describes, and says what is wrong with a file', async () => {
    const file = path.join(folder, '.vscode', 'tinyml-boards.json');
    mkdirSync(path.dirname(file));
    const board = `{"id": "acme", "mcu": "X", "core": "Cortex-M4F", "regions": [{"name": "R", "kind": "ram", "size": "4K"}]}`;
    writeFileSync(file, `{"boards": [${board}]}`);
    expect(JSON.parse((await run(small, '--board', 'acme', '--json')).out)).toMatchObject({
      board: 'acme',
      fits: { ram: false, regions: [{ name: 'R', bytes: 4096, used: 8000 }] },
    });
    writeFileSync(file, '{"boards": [{"id": "acme"}]}');
    const bad = await run(small, '--board', 'acme');
    expect(bad.code).toBe(2);
    expect(bad.error).toMatch(/^\.vscode\/tinyml-boards\.json cannot be used: boards\[0\].*\n$/);
    rmSync(file);
  });

  it('profiles several models with a line for all', async () => {
    const { code, out } = await run(small, large, '--board', 'nano33ble', '--fail-over');
    expect(code).toBe(1);
    expect(out).toMatch(/together +not known/);
    const answer = JSON.parse((await run(small, large, '--json')).out) as { models: unknown[]; shared: unknown };
    expect(answer.models).toHaveLength(2);
    expect(answer.shared).toBeNull();
  });
});
