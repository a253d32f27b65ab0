import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodeCache } from '../../../../src/node/engine/codeCache';

describe('CodeCache', () => {
  let root: string;
  let file: string;
  let folder: string;

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'tinyml-code-'));
    file = path.join(root, 'engineMain.js');
    folder = path.join(root, 'cache');
    writeFileSync(file, source('one'));
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  function source(word: string): string {
    return `exports.say = (times) => '${word}'.repeat(times) + require('node:path').basename(__filename);`;
  }

  function say(cache: CodeCache): string {
    return (cache.run() as { say: (times: number) => string }).say(2);
  }

  function kept(): string {
    const [name] = readdirSync(folder);
    return path.join(folder, name!);
  }

  it('runs a file as require does, with and without what an earlier process left', () => {
    const first = new CodeCache(file, folder);
    expect(say(first)).toBe('oneoneengineMain.js');
    first.keep();
    expect(readdirSync(folder)).toHaveLength(1);
    expect(say(new CodeCache(file, folder))).toBe('oneoneengineMain.js');
  });

  it('keeps functions that were called, and writes again only for more of them', () => {
    const unused = new CodeCache(file, folder);
    unused.run();
    unused.keep();
    const before = readFileSync(kept());
    const used = new CodeCache(file, folder);
    used.keep();
    expect(readFileSync(kept())).toEqual(before);
    say(used);
    used.keep();
    expect(readFileSync(kept()).length).toBeGreaterThan(before.length);
  });

  it('does not run code of another file of the same length', () => {
    const first = new CodeCache(file, folder);
    first.run();
    first.keep();
    const old = kept();
    writeFileSync(file, source('two'));
    const second = new CodeCache(file, folder);
    expect(say(second)).toBe('twotwoengineMain.js');
    second.keep();
    expect(readdirSync(folder)).toHaveLength(1);
    expect(kept()).not.toBe(old);
  });

  it('does without when the kept code is damaged or the folder cannot be written', () => {
    const first = new CodeCache(file, folder);
    first.run();
    first.keep();
    const bytes = readFileSync(kept());
    bytes[bytes.length >> 1]! ^= 0xff;
    writeFileSync(kept(), bytes);
    expect(say(new CodeCache(file, folder))).toBe('oneoneengineMain.js');
    writeFileSync(kept(), bytes.subarray(0, 20));
    expect(say(new CodeCache(file, folder))).toBe('oneoneengineMain.js');
    mkdirSync(path.join(root, 'other'));
    writeFileSync(path.join(root, 'other', 'file'), '');
    const nowhere = new CodeCache(file, path.join(root, 'other', 'file'));
    expect(say(nowhere)).toBe('oneoneengineMain.js');
    expect(() => nowhere.keep()).not.toThrow();
  });
});
