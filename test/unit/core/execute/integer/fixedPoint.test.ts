import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  frexp,
  multiplyRoundingOnce,
  multiplyRoundingTwice,
  multiplyWide,
  quantizeMultiplier,
  roundHalfAway,
  roundingDivideByPot,
  saturatingRoundingDoublingHighMul,
} from '../../../../../src/core/execute/integer/fixedPoint';

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const edges = fc.constantFrom(-(2 ** 31), -(2 ** 31) + 1, -1, 0, 1, 2 ** 30, 2 ** 31 - 1);
const anyInt32 = fc.oneof(int32, edges);
const mantissa = fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 });
const runs = { numRuns: 3000 };

function highMulBig(a: number, b: number): bigint {
  if (a === -(2 ** 31) && b === -(2 ** 31)) return 2n ** 31n - 1n;
  const product = BigInt(a) * BigInt(b);
  const nudge = product >= 0n ? 1n << 30n : 1n - (1n << 30n);
  return (product + nudge) / (1n << 31n); // truncates, as C does
}

function divideByPotBig(x: bigint, exponent: number): bigint {
  if (exponent === 0) return x;
  const magnitude = x < 0n ? -x : x;
  const rounded = (magnitude + (1n << BigInt(exponent - 1))) >> BigInt(exponent);
  return x < 0n ? -rounded : rounded;
}

describe('fixed-point arithmetic against wide integers', () => {
  it('takes the rounded high half of a doubled product', () => {
    fc.assert(
      fc.property(anyInt32, anyInt32, (a, b) => {
        expect(BigInt(saturatingRoundingDoublingHighMul(a, b))).toBe(highMulBig(a, b));
      }),
      runs,
    );
  });

  it('divides by powers of two with halves away from zero', () => {
    fc.assert(
      fc.property(anyInt32, fc.integer({ min: 0, max: 31 }), (x, exponent) => {
        expect(BigInt(roundingDivideByPot(x, exponent))).toBe(divideByPotBig(BigInt(x), exponent));
      }),
      runs,
    );
  });

  it('rescales with two roundings', () => {
    fc.assert(
      fc.property(anyInt32, mantissa, fc.integer({ min: -31, max: 0 }), (x, multiplier, shift) => {
        const expected = divideByPotBig(highMulBig(x, multiplier), -shift);
        expect(BigInt(multiplyRoundingTwice(x, { multiplier, shift }))).toBe(expected);
      }),
      runs,
    );
    fc.assert(
      fc.property(
        fc.integer({ min: -(2 ** 20), max: 2 ** 20 }),
        mantissa,
        fc.integer({ min: 1, max: 10 }),
        (x, multiplier, shift) => {
          expect(BigInt(multiplyRoundingTwice(x, { multiplier, shift }))).toBe(highMulBig(x * 2 ** shift, multiplier));
        },
      ),
      runs,
    );
  });

  it('rescales with one rounding', () => {
    fc.assert(
      fc.property(anyInt32, mantissa, fc.integer({ min: -31, max: 0 }), (x, multiplier, shift) => {
        const bits = BigInt(31 - shift);
        const expected = (BigInt(x) * BigInt(multiplier) + (1n << (bits - 1n))) >> bits;
        expect(BigInt(multiplyRoundingOnce(x, { multiplier, shift }))).toBe(expected);
      }),
      runs,
    );
  });

  it('rescales 64-bit sums with a 16-bit multiplier', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -(2 ** 47), max: 2 ** 47 - 1 }),
        mantissa,
        fc.integer({ min: -31, max: 7 }),
        (x, multiplier, shift) => {
          const reduced = multiplier < 0x7fff0000 ? (multiplier + 0x8000) >> 16 : 0x7fff;
          const bits = BigInt(15 - shift);
          const exact = (BigInt(x) * BigInt(reduced) + (1n << (bits - 1n))) >> bits;
          fc.pre(exact >= -(2n ** 31n) && exact < 2n ** 31n);
          expect(BigInt(multiplyWide(x, { multiplier, shift }))).toBe(exact);
        },
      ),
      runs,
    );
  });

  it('finds the nearest multiplier of a real number', () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -30, max: 2 ** 20, noNaN: true }), (real) => {
        const { multiplier, shift } = quantizeMultiplier(real);
        expect(multiplier).toBeGreaterThanOrEqual(2 ** 30);
        expect(multiplier).toBeLessThan(2 ** 31);
        expect(Math.abs(multiplier * 2 ** (shift - 31) - real)).toBeLessThanOrEqual(real * 2 ** -31);
      }),
      runs,
    );
    expect(quantizeMultiplier(1 - 2 ** -40)).toEqual({ multiplier: 2 ** 30, shift: 1 });
    expect(quantizeMultiplier(2 ** -40)).toEqual({ multiplier: 0, shift: 0 });
    expect(quantizeMultiplier(0)).toEqual({ multiplier: 0, shift: 0 });
  });

  it('splits doubles as C does', () => {
    fc.assert(
      fc.property(fc.double({ min: Number.MIN_VALUE, noDefaultInfinity: true, noNaN: true }), (x) => {
        const { mantissa: m, exponent } = frexp(x);
        expect(m).toBeGreaterThanOrEqual(0.5);
        expect(m).toBeLessThan(1);
        // In two steps: 2^1024 itself is no double.
        expect(m * 2 ** (exponent - Math.trunc(exponent / 2)) * 2 ** Math.trunc(exponent / 2)).toBe(x);
      }),
      runs,
    );
  });

  it('rounds halves away from zero, and the number just below a half down', () => {
    expect([0.5, -0.5, 1.5, -1.5, 2.5].map(roundHalfAway)).toEqual([1, -1, 2, -2, 3]);
    expect(roundHalfAway(0.49999999999999994)).toBe(0);
  });
});
