import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../src/cli/command';
import { InputError } from '../../../src/cli/commandErrors';
import { commands } from '../../../src/cli/commandTable';
import { runCli } from '../../../src/cli/runCli';
import { alignColumns } from '../../../src/cli/table';
import { version } from '../../../src/cli/version';
import { sharedPath } from '../../fixtures/sharedFiles';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

async function run(
  argv: readonly string[],
  table: readonly Command[] = commands,
  signal = new AbortController().signal,
): Promise<Ran> {
  let out = '';
  let error = '';
  const code = await runCli(argv, table, {
    out: (text) => (out += text),
    error: (text) => (error += text),
    signal,
  });
  return { code, out, error };
}

const probe: Command = {
  name: 'probe',
  summary: 'a command for this test',
  operands: ['FILE'],
  options: {
    size: { type: 'string', short: 's', default: '3', placeholder: 'N', help: 'how many' },
    loud: { type: 'boolean', help: 'say more' },
    tag: { type: 'string', multiple: true, help: 'a tag' },
  },
  run: ({ args, print }) => {
    if (args.operands[0] === 'bad') throw new InputError('bad', 'first line\nsecond line');
    print(JSON.stringify([args.operands, args.text('size'), args.flag('loud'), args.texts('tag')]));
    return Promise.resolve(args.flag('loud') ? 1 : 0);
  },
};

describe('runCli', () => {
  it('hands a command its parsed arguments and answers its exit code', async () => {
    expect(await run(['probe', 'f', '-s', '5', '--tag', 'a', '--tag', 'b'], [probe])).toEqual({
      code: 0,
      out: '[["f"],"5",false,["a","b"]]\n',
      error: '',
    });
    expect(await run(['probe', 'f', '--loud'], [probe])).toMatchObject({ code: 1, out: '[["f"],"3",true,[]]\n' });
  });

  it('explains unusable arguments and input in one line, and exits 2', async () => {
    const cases = [['probe'], ['probe', 'a', 'b'], ['probe', 'a', '--none'], ['none'], ['probe', 'bad']];
    for (const argv of cases) {
      const { code, out, error } = await run(argv, [probe]);
      expect({ argv, code, out, lines: error.split('\n').length }).toEqual({ argv, code: 2, out: '', lines: 2 });
    }
    expect((await run(['probe', 'bad'], [probe])).error).toBe('bad: first line second line\n');
  });

  it('answers 130 when it was interrupted', async () => {
    const interrupted = new AbortController();
    interrupted.abort();
    expect((await run(['probe', 'bad'], [probe], interrupted.signal)).code).toBe(130);
  });

  it('helps, and knows its version', async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, error: '' });
    expect((await run([])).code).toBe(2);
    expect((await run(['probe', '--help'], [probe])).out).toMatch(/-s, --size N +how many \(default 3\)/);
    const { version: packaged } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect((await run(['--version'])).out).toBe(`${packaged}\n`);
    expect(version).toBe(packaged);
  });
});

describe('tinyml inspect', () => {
  it('names the file and the reason when there is no such file', async () => {
    const { code, error } = await run(['inspect', 'none.tflite']);
    expect({ code, error }).toEqual({
      code: 2,
      error: 'none.tflite: none.tflite cannot be read: there is no such file.\n',
    });
  });

  const models = sharedPath('models/mlperf-tiny');
  it.skipIf(!models)('answers as JSON and for people', async () => {
    const file = path.join(models!, 'vww_96_int8.tflite');
    const json = await run(['inspect', file, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ schemaVersion: 1, parameters: 210_850, macs: 7_489_664 });
    const { out, code } = await run(['inspect', file]);
    expect(code).toBe(0);
    expect(out).toMatch(/parameters +210,850\nMACs +7,489,664\n/);
  });
});

describe('alignColumns', () => {
  it('lines up by what is seen, and leaves no space at the end', () => {
    expect(
      alignColumns(
        [
          ['a×', '1'],
          ['long', '22'],
        ],
        new Set([1]),
      ),
    ).toEqual(['a×     1', 'long  22']);
    expect(
      alignColumns([
        ['a', ''],
        ['b', 'c'],
      ]),
    ).toEqual(['a', 'b  c']);
  });

  it('cuts a name of megabytes', () => {
    const [line = ''] = alignColumns([['n'.repeat(10_000_000), '1']]);
    expect(line).toBe(`${'n'.repeat(200)}…  1`);
  });
});
