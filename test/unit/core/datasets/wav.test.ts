import { describe, expect, it } from 'vitest';
import { readWav } from '../../../../src/core/datasets/wav';
import { ModelError } from '../../../../src/core/ir/errors';

function wav(tag: number, bits: number, data: Uint8Array, channels = 1): Uint8Array {
  const bytes = new Uint8Array(44 + data.length);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string) => bytes.set(new TextEncoder().encode(value), at);
  text(0, 'RIFF');
  view.setUint32(4, 36 + data.length, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, tag, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, 16_000, true);
  view.setUint16(34, bits, true);
  text(36, 'data');
  view.setUint32(40, data.length, true);
  bytes.set(data, 44);
  return bytes;
}

describe('readWav', () => {
  it.each([
    ['8 bits', wav(1, 8, Uint8Array.of(0, 128, 192)), [-1, 0, 0.5]],
    ['16 bits', wav(1, 16, new Uint8Array(Int16Array.of(-32768, 0, 16384).buffer)), [-1, 0, 0.5]],
    ['24 bits', wav(1, 24, Uint8Array.of(0, 0, 0x80, 0, 0, 0, 0, 0, 0x40)), [-1, 0, 0.5]],
    ['32 bits', wav(1, 32, new Uint8Array(Int32Array.of(-2147483648, 0, 1073741824).buffer)), [-1, 0, 0.5]],
    ['floats', wav(3, 32, new Uint8Array(Float32Array.of(-1, 0, 0.5).buffer)), [-1, 0, 0.5]],
  ])('reads %s', (_, file, samples) => {
    expect(Array.from(readWav(file).samples)).toEqual(samples);
    expect(readWav(file).sampleRate).toBe(16_000);
  });

  it('refuses what it does not know, and what has no samples', () => {
    expect(() => readWav(wav(85, 16, new Uint8Array(2)))).toThrow(ModelError);
    expect(() => readWav(wav(1, 16, new Uint8Array(2)).subarray(0, 36))).toThrow(/no samples/);
    expect(() => readWav(wav(1, 16, new Uint8Array(2), 0))).toThrow(/no channels/);
  });
});
