import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEAT_STEPS, heatStep, largestOf, TENSOR_POWER } from '../../../../webview-ui/shared/heatRamp';

describe('heatStep', () => {
  it('gives the largest value the last step and nothing the first', () => {
    expect(heatStep(36_864, 36_864, TENSOR_POWER)).toBe(HEAT_STEPS - 1);
    expect(heatStep(0, 36_864, TENSOR_POWER)).toBe(0);
  });

  it('gives what is unknown no step', () => {
    expect(heatStep(-1, 10, 1)).toBe(-1);
    expect(heatStep(5, 0, 1)).toBe(-1);
    expect(heatStep(NaN, 10, 1)).toBe(-1);
  });

  it('never gives more to less', () => {
    const amount = fc.integer({ min: 0, max: 1e9 });
    fc.assert(
      fc.property(amount, amount, fc.double({ min: 0.3, max: 1, noNaN: true }), (a, b, power) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        const largest = Math.max(1, more);
        expect(heatStep(less, largest, power)).toBeLessThanOrEqual(heatStep(more, largest, power));
      }),
    );
  });

  it('finds the largest known value', () => {
    expect(largestOf(Float64Array.of(-1, 3, 2))).toBe(3);
    expect(largestOf([])).toBe(0);
  });
});
