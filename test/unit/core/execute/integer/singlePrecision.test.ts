import { describe, expect, it } from 'vitest';
import { fnv1a } from '../../../../../src/core/execute/fnv1a';
import { cosSingle, expSingle, sinSingle } from '../../../../../src/core/execute/integer/singlePrecision';

/** 20,000 floats: every other one any bit pattern, the rest within 100 of zero. */
function arguments20000(): Float32Array {
  let state = 1;
  return Float32Array.from({ length: 20_000 }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (i % 2 === 0) return (state / 2 ** 32) * 200 - 100;
    const value = new Float32Array(Uint32Array.of(state).buffer)[0]!;
    return Number.isFinite(value) ? value : 1;
  });
}

const hashOf = (map: (x: number) => number): string => fnv1a(new Uint8Array(arguments20000().map(map).buffer));

describe('single-precision functions', () => {
  // FNV-1a of what glibc 2.36 on x86-64 answers to the same arguments.
  it.each([
    ['expf', expSingle, '08ad586e'],
    ['sinf', sinSingle, 'a3c052fe'],
    ['cosf', cosSingle, '172928a0'],
  ])('%s is that of the C library, to the bit', (_, map, hash) => {
    expect(hashOf(map)).toBe(hash);
  });

  it('handle what is no number', () => {
    expect([expSingle(NaN), sinSingle(NaN), cosSingle(Infinity)]).toEqual([NaN, NaN, NaN]);
    expect([expSingle(Infinity), expSingle(-Infinity)]).toEqual([Infinity, 0]);
  });
});
