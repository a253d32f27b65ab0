import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fnv1a } from '../../../../src/core/execute/fnv1a';
import { tensorDifference } from '../../../../src/core/execute/tensorDifference';

describe('fnv1a', () => {
  // Published test vectors of FNV-1a, 32 bits.
  it.each([
    ['', '811c9dc5'],
    ['a', 'e40c292c'],
    ['foobar', 'bf9cf968'],
  ])('of %j is %s', (text, hash) => {
    expect(fnv1a(new TextEncoder().encode(text))).toBe(hash);
  });
});

describe('tensorDifference', () => {
  it('finds nothing between equal values, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), (values) => {
        expect(tensorDifference(values, [...values], 0)).toMatchObject({ different: 0, firstIndex: null });
      }),
    );
  });

  it('counts what is beyond the share of the range that is allowed', () => {
    const reference = [0, 10, 5];
    expect(tensorDifference([0.05, 10.2, 5], reference, 0.01)).toEqual({
      count: 3,
      different: 1,
      maxDifference: expect.closeTo(0.2) as number,
      firstIndex: 1,
      range: 10,
    });
    expect(tensorDifference([0, 10, 6], reference, 0)).toMatchObject({ different: 1, firstIndex: 2, maxDifference: 1 });
  });

  it('measures a constant tensor by its size', () => {
    expect(tensorDifference([100.001], [100], 1e-4).different).toBe(0);
    expect(tensorDifference([100.1], [100], 1e-4).different).toBe(1);
  });

  it('takes a value that is no number for different from any that is', () => {
    expect(tensorDifference([NaN, 1], [0, 1], 1)).toMatchObject({ different: 1, maxDifference: Infinity });
    expect(tensorDifference([Infinity], [-Infinity], 1)).toMatchObject({ different: 1 });
  });
});
