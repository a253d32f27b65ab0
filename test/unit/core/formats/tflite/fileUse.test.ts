import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../../../src/core/formats/readModel';
import { MemoryByteSource } from '../../../../../src/core/ports/memoryByteSource';
import { filesUnder, readBytes, sharedPath } from '../../../../fixtures/sharedFiles';
import { TfliteBuilder } from '../../../../fixtures/tfliteBuilder';

const folder = sharedPath('models');

function usesOf(bytes: Uint8Array): Readonly<Record<string, number>> {
  const uses = readModel(new MemoryByteSource(bytes, 'model.tflite')).fileUse!();
  return Object.fromEntries(uses.map(({ name, bytes: count }) => [name, count]));
}

const total = (uses: Readonly<Record<string, number>>): number => Object.values(uses).reduce((sum, n) => sum + n, 0);

function built(name: string): Uint8Array {
  const b = new TfliteBuilder();
  const x = b.input(name, 'float32', [1, 8]);
  const weights = b.constant('w', [1, 8], new Float32Array(8));
  const y = b.activation('y', 'float32', [1, 8]);
  return b.node('ADD', [x, weights], [y]).outputs(y).metadata('note', new Uint8Array(40)).bytes();
}

describe('what the bytes of a .tflite file are for', () => {
  it('counts constants and metadata as they are, and every byte once', () => {
    const bytes = built('x');
    const uses = usesOf(bytes);
    expect(uses.constants).toBe(32);
    expect(uses.metadata).toBeGreaterThanOrEqual(40);
    expect(total(uses)).toBe(bytes.length);
  });

  it('sees a longer name as more bytes of names, and nothing else', () => {
    const [short, long] = [usesOf(built('x')), usesOf(built('x'.repeat(65)))];
    expect(long.names! - short.names!).toBe(64);
    expect([long.constants, long.metadata, long.tables]).toEqual([short.constants, short.metadata, short.tables]);
  });

  it('tells what was appended', () => {
    const file = built('x');
    const bytes = new Uint8Array(file.length + 200).fill(7, file.length);
    bytes.set(file);
    expect(usesOf(bytes).appended).toBe(200);
  });

  it.skipIf(folder === null)('adds up to the file on real models; a third of VWW is no weights', () => {
    for (const file of filesUnder(path.join(folder!, 'mlperf-tiny'), '.tflite')) {
      const bytes = readBytes(file);
      expect(total(usesOf(bytes))).toBe(bytes.length);
    }
    expect(usesOf(readBytes(path.join(folder!, 'mlperf-tiny/vww_96_int8.tflite')))).toMatchObject({
      constants: 219_072,
      names: 14_489,
      ranges: 22_616,
      'scales and zero points': 68_406,
    });
  });
});
