import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monoSound, resample } from '../../../../src/core/datasets/sound';
import { ModelError } from '../../../../src/core/ir/errors';
import { wavOf } from '../../../fixtures/wavFile';

/** A sine of `hertz` for `count` samples. */
function sine(hertz: number, rate: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / rate));
}

/** Largest difference away from the ends, where the silence outside is heard. */
function worst(a: Float32Array, b: Float32Array, margin: number): number {
  let most = 0;
  for (let i = margin; i < a.length - margin; i += 1) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}

describe('resample', () => {
  it.each([
    [44_100, 16_000],
    [8000, 16_000],
    [48_000, 16_000],
    [16_000, 22_050],
  ])('keeps a tone that both rates hold: %d Hz to %d Hz', (from, to) => {
    const seconds = 0.25;
    const result = resample(sine(440, from, from * seconds), from, to);
    expect(result.length).toBe(Math.round(to * seconds));
    expect(worst(result, sine(440, to, result.length), 200)).toBeLessThan(0.01);
  });

  it('leaves out what the lower rate cannot hold', () => {
    const result = resample(sine(12_000, 48_000, 9600), 48_000, 16_000);
    expect(worst(result, new Float32Array(result.length), 50)).toBeLessThan(0.01);
  });

  it('stays finite and of the right length for any rates', () => {
    const rates = fc.integer({ min: 1, max: 50_000 });
    const sounds = fc.float32Array({ noNaN: true, min: -1, max: 1, maxLength: 40 });
    fc.assert(
      fc.property(sounds, rates, rates, (samples, from, to) => {
        fc.pre(to / from < 100);
        const result = resample(samples, from, to);
        expect(result.length).toBe(Math.round((samples.length * to) / from));
        expect(result.every(Number.isFinite)).toBe(true);
      }),
    );
  });
});

describe('monoSound', () => {
  it('mixes channels to one and says so', () => {
    const { samples, notes } = monoSound(wavOf([0.5, -0.5, 0.25, 0.75], { channels: 2, rate: 16_000 }), 16_000);
    expect(Array.from(samples)).toEqual([0, 0.5]);
    expect(notes).toEqual(['its 2 channels are mixed to one']);
  });

  it('takes a sound as recorded unless a rate is asked for', () => {
    const file = wavOf([0.5, 0.5, 0.5, 0.5], { channels: 1, rate: 8000 });
    expect(monoSound(file, null)).toEqual({
      samples: Float32Array.of(0.5, 0.5, 0.5, 0.5),
      notes: ['taken at the 8000 Hz that it was recorded at'],
    });
    const faster = monoSound(file, 16_000);
    expect(faster.samples.length).toBe(8);
    expect(faster.notes).toEqual(['resampled from 8000 Hz to 16000 Hz']);
  });

  it.each([0, 4_000_000_000])('refuses to resample from %d Hz', (rate) => {
    expect(() => monoSound(wavOf([0], { channels: 1, rate }), 16_000)).toThrow(ModelError);
  });
});
