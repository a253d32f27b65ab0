import { describe, expect, it } from 'vitest';
import { SeededInput } from '../../../../src/core/datasets/seededInput';

describe('SeededInput', () => {
  it('takes the highest byte of s * 1664525 + 1013904223 for each byte of an integer tensor', () => {
    // By hand: 1 -> 1015568748 (0x3c88596c) -> 1586005467 (0x5e8885db).
    const { data, shape, dtype } = new SeededInput(1).next('int16', [1]);
    expect({ data: [...data], shape, dtype }).toEqual({ data: [0x3c, 0x5e], shape: [1], dtype: 'int16' });
  });

  it('takes the same byte, signed, over 128 for each element of a float tensor', () => {
    const { data } = new SeededInput(1).next('float32', [2]);
    expect([...new Float32Array(data.buffer)]).toEqual([0x3c / 128, 0x5e / 128]);
  });

  it('starts each input at the seed and goes on from step to step', () => {
    const stream = new SeededInput(7);
    const [first, second] = [stream.next('int8', [4]).data, stream.next('int8', [4]).data];
    expect(new SeededInput(7).next('int8', [8]).data).toEqual(Uint8Array.of(...first, ...second));
  });

  it('keeps to 0 and 1 for bool', () => {
    const { data } = new SeededInput(3).next('bool', [1000]);
    expect(new Set(data)).toEqual(new Set([0, 1]));
  });

  it('says what it cannot fill', () => {
    expect(() => new SeededInput(1).next('string', [1])).toThrow('type string cannot be filled');
  });
});
