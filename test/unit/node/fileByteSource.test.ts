import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelError } from '../../../src/core/ir/errors';
import { FileByteSource } from '../../../src/node/fileByteSource';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tinyml-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, bytes: Uint8Array | string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return file;
}

function reasonOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ModelError) return error.reason;
    throw error;
  }
  return 'none';
}

describe('FileByteSource', () => {
  it.each([300_000, 5_000_000])('reads any range of %i bytes as it is in the file', (size) => {
    const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
    const file = write('model', bytes);
    const source = new FileByteSource(file);
    const check = (offset: number, wanted: number): void => {
      const length = Math.min(wanted, bytes.length - offset);
      expect(Buffer.compare(source.read(offset, length), bytes.subarray(offset, offset + length))).toBe(0);
    };
    fc.assert(fc.property(fc.nat(bytes.length), fc.nat(150_000), check));
    for (let offset = 1000; offset < 250_000; offset += 997) check(offset, 2000);
    expect(reasonOf(() => source.read(bytes.length, 1))).toBe('truncated');
    expect(reasonOf(() => source.read(-1, 1))).toBe('truncated');
  });

  it('says gone when the file is rewritten, replaced or deleted', () => {
    const file = write('model', new Uint8Array(200_000));
    const rewritten = new FileByteSource(file);
    writeFileSync(file, new Uint8Array(200_000));
    utimesSync(file, 1, 1);
    expect(reasonOf(() => rewritten.read(0, 4))).toBe('gone');
    const replaced = new FileByteSource(file);
    renameSync(write('other', new Uint8Array(200_000)), file);
    expect(reasonOf(() => replaced.read(0, 4))).toBe('gone');
    const deleted = new FileByteSource(file);
    rmSync(file);
    expect(reasonOf(() => deleted.read(0, 4))).toBe('gone');
    expect(reasonOf(() => new FileByteSource(file))).toBe('gone');
  });

  it('gives each content a generation of its own', () => {
    const file = write('model', 'a');
    const before = new FileByteSource(file).generation;
    writeFileSync(file, 'ab');
    expect(new FileByteSource(file).generation).not.toBe(before);
  });

  it.skipIf(process.platform === 'win32')('refuses folders, pipes and devices without waiting for them', () => {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const file of [folder, pipe, '/dev/zero'])
      expect(reasonOf(() => new FileByteSource(file))).toBe('not-a-model');
  });

  it('reads siblings inside the folder only', () => {
    const source = new FileByteSource(write('models/model.onnx', 'm'));
    write('models/data/weights.bin', 'weights');
    write('secret', 'secret');
    symlinkSync(path.join(folder, 'secret'), path.join(folder, 'models/link'));
    symlinkSync(folder, path.join(folder, 'models/out'));
    const sibling = source.sibling('data/weights.bin');
    expect(new TextDecoder().decode(sibling.read(0, sibling.size))).toBe('weights');
    for (const outside of [
      '../secret',
      '/etc/passwd',
      'data/../../secret',
      'link',
      'out/secret',
      'C:\\x',
      '..\\secret',
      '',
    ]) {
      expect([outside, reasonOf(() => source.sibling(outside))]).toEqual([outside, 'outside-folder']);
    }
    expect(reasonOf(() => source.sibling('data/none'))).toBe('missing-external-data');
    expect(reasonOf(() => source.sibling('data'))).toBe('not-a-model');
  });
});
