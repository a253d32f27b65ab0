import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexOfLargest, OutputError, TopOneAgreement } from '../../../../src/core/execute/metrics';

describe('OutputError', () => {
  it('is 20 dB for an error of a tenth', () => {
    const error = new OutputError();
    error.add([10, 0], [9, 0]);
    expect(error.sqnrDb).toBeCloseTo(20, 10);
  });

  it('sums over samples before it divides', () => {
    const error = new OutputError();
    error.add([3], [3]);
    error.add([4], [5]);
    expect(error.sqnrDb).toBeCloseTo(10 * Math.log10(25), 10);
    expect(error.cosine).toBeCloseTo(29 / (5 * Math.sqrt(34)), 10);
  });

  it('has no ratio for equal values and says that they are equal', () => {
    const error = new OutputError();
    error.add([1, 2], [1, 2]);
    expect([error.sqnrDb, error.isExact]).toEqual([null, true]);
    expect(error.cosine).toBeCloseTo(1, 12);
  });

  it('gains 6.02 dB when the error halves', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 5, noNaN: true }), { minLength: 1 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (r, e) => {
          const [full, half] = [new OutputError(), new OutputError()];
          full.add(
            r,
            r.map((value) => value + e),
          );
          half.add(
            r,
            r.map((value) => value + e / 2),
          );
          expect(half.sqnrDb! - full.sqnrDb!).toBeCloseTo(20 * Math.log10(2), 6);
        },
      ),
    );
  });

  it('refuses outputs of different lengths', () => {
    expect(() => new OutputError().add([1], [1, 2])).toThrow(RangeError);
  });
});

describe('TopOneAgreement', () => {
  it('counts rows whose largest value stands at the same place', () => {
    const agreement = new TopOneAgreement();
    agreement.add([1, 3, 2], [0, 9, 1]);
    agreement.add([1, 3, 2], [4, 3, 2]);
    expect(agreement.share).toBe(0.5);
  });

  it('takes the first of equals and never NaN', () => {
    expect(indexOfLargest([NaN, 2, 2])).toBe(1);
    expect(indexOfLargest([])).toBe(-1);
  });
});
