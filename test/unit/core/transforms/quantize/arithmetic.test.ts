import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActivationHistogram } from '../../../../../src/core/transforms/quantize/activationHistogram';
import {
  affineInt8,
  coveredRange,
  quantizeInt8,
  quantizeTensor,
} from '../../../../../src/core/transforms/quantize/affine';
import { chooseRange } from '../../../../../src/core/transforms/quantize/ranges';
import { channelsAlong, quantizeBias, quantizeWeights } from '../../../../../src/core/transforms/quantize/weights';

const real = fc.double({ min: -1000, max: 1000, noNaN: true });

describe('affine int8', () => {
  it('errs by at most half a step inside the range, and represents zero exactly', () => {
    fc.assert(
      fc.property(real, real, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, share) => {
        const [low, high] = [Math.min(0, a, b), Math.max(0, a, b)];
        const quantization = affineInt8({ low, high });
        const [scale, zero] = [quantization.scales[0]!, quantization.zeroPoints[0]!];
        const value = low + (high - low) * share;
        const back = scale * (quantizeInt8(value, scale, zero) - zero);
        // The zero point is rounded too, which moves either end by up to half a step more.
        expect(Math.abs(back - value)).toBeLessThanOrEqual(scale * 1.0001 + 1e-12);
        const { low: from, high: to } = coveredRange(quantization);
        if (value >= from && value <= to)
          expect(Math.abs(back - value)).toBeLessThanOrEqual((scale / 2) * 1.0001 + 1e-12);
        expect(quantizeInt8(0, scale, zero)).toBe(zero);
      }),
    );
  });

  it('maps 0 to 6 onto all of int8', () => {
    const quantization = affineInt8({ low: 0, high: 6 });
    expect(quantization.zeroPoints[0]).toBe(-128);
    expect(Array.from(quantizeTensor([0, 3.02, 6, 9, -1], quantization))).toEqual([-128, 0, 127, 127, -128]);
  });

  it('survives a range of one point', () => {
    expect(affineInt8({ low: 0, high: 0 }).scales[0]).toBe(1);
  });
});

describe('quantizeWeights', () => {
  it('gives each channel its own scale, max |w| / 127', () => {
    const layout = channelsAlong([2, 3], 0);
    const { bytes, quantization } = quantizeWeights(
      [1.27, -0.5, 0, 12.7, 5, -12.7],
      layout,
      { bias: null, inputScale: 1 },
      'w',
    );
    expect(Array.from(quantization.scales, (scale) => Number(scale.toPrecision(6)))).toEqual([0.01, 0.1]);
    expect(Array.from(new Int8Array(bytes.buffer))).toEqual([127, -50, 0, 127, 50, -127]);
  });

  it('runs over the last axis of depthwise weights', () => {
    const layout = channelsAlong([1, 1, 2, 2], 3);
    const { bytes } = quantizeWeights([1, 10, -1, 5], layout, { bias: null, inputScale: 1 }, 'w');
    expect(Array.from(new Int8Array(bytes.buffer))).toEqual([127, 127, -127, 64]);
  });

  it('widens a scale whose bias would not fit int32', () => {
    const biased = { bias: [1e6], inputScale: 1e-3 };
    const { quantization } = quantizeWeights([1e-6], channelsAlong([1, 1], 0), biased, 'w');
    const bias = quantizeBias(biased.bias, biased.inputScale, quantization, 'w');
    const stored = new Int32Array(bias.bytes.buffer)[0]!;
    expect(Math.abs(stored * bias.quantization.scales[0]! - 1e6) / 1e6).toBeLessThan(1e-6);
  });

  it('names the layer whose weights are not numbers', () => {
    const quantize = () => quantizeWeights([1, NaN], null, { bias: null, inputScale: 1 }, 'CONV_2D 3');
    expect(quantize).toThrow(expect.objectContaining({ reason: 'not-finite', details: ['CONV_2D 3'] }) as Error);
  });
});

describe('ActivationHistogram', () => {
  it('keeps every value while its reach grows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(real, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 8 }),
        (batches) => {
          const histogram = new ActivationHistogram();
          for (const batch of batches) histogram.add(Float64Array.from(batch));
          const all = batches.flat();
          const counted = histogram.counts.reduce((sum, count) => sum + count, 0) + histogram.zeros;
          expect(counted).toBe(all.length);
          expect(histogram.min + 0).toBe(Math.min(...all) + 0);
          expect(histogram.max + 0).toBe(Math.max(...all) + 0);
        },
      ),
    );
  });

  it('leaves out what is no number, and counts it', () => {
    const histogram = new ActivationHistogram();
    histogram.add(Float32Array.of(1, NaN, Infinity, -2));
    expect([histogram.notFinite, histogram.min, histogram.max]).toEqual([2, -2, 1]);
  });
});

describe('chooseRange', () => {
  const methods = ['minmax', 'mse', 'percentile'] as const;

  it('stays within what was seen, around zero, and grows with outer values', () => {
    fc.assert(
      fc.property(fc.array(real, { minLength: 1, maxLength: 200 }), fc.constantFrom(...methods), (values, method) => {
        const histogram = new ActivationHistogram();
        histogram.add(Float64Array.from(values));
        const range = chooseRange(histogram, method);
        expect(range.low).toBeGreaterThanOrEqual(Math.min(0, ...values));
        expect(range.high).toBeLessThanOrEqual(Math.max(0, ...values));
        expect(range.low).toBeLessThanOrEqual(0);
        expect(range.high).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('cuts one far outlier among many by least squares and by percentile, not by minmax', () => {
    const histogram = new ActivationHistogram();
    const values = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i));
    values[7] = 40;
    histogram.add(values);
    expect(chooseRange(histogram, 'minmax').high).toBe(40);
    expect(chooseRange(histogram, 'percentile').high).toBeLessThan(1.1);
    expect(chooseRange(histogram, 'mse').high).toBeLessThan(40);
  });

  it('keeps a flat distribution whole', () => {
    const histogram = new ActivationHistogram();
    histogram.add(Float64Array.from({ length: 10_000 }, (_, i) => i / 10_000));
    expect(chooseRange(histogram, 'mse').high).toBeGreaterThan(0.98);
  });
});
