import { need } from '../kernel';
import { butterfly, divideBy, round, wrap16, type Plan } from './fftButterflies';

/**
 * The 16-bit fixed-point FFT of real input that TFLM's SignalRfft and SignalIrfft run: KISS FFT 130 with FIXED_POINT 16
 * (kiss_fft.c, kiss_fftr.c).
 */

function factorsOf(length: number): Plan['factors'] {
  const factors: { radix: number; rest: number }[] = [];
  let rest = length;
  let radix = 4;
  const root = Math.floor(Math.sqrt(length));
  while (rest > 1) {
    while (rest % radix !== 0) {
      radix = radix === 4 ? 2 : radix === 2 ? 3 : radix + 2;
      if (radix > root) radix = rest;
    }
    rest /= radix;
    factors.push({ radix, rest });
  }
  need(
    factors.every((factor) => factor.radix <= 5),
    'its length has a prime factor above 5, for which TensorFlow Lite Micro has no memory',
  );
  return factors.length === 0 ? [{ radix: 1, rest: 1 }] : factors;
}

function unit(phase: number): readonly [number, number] {
  return [Math.floor(0.5 + 32767 * Math.cos(phase)), Math.floor(0.5 + 32767 * Math.sin(phase))];
}

/** Stages are few (the logarithm of the length), so the recursion is shallow. */
function work(
  plan: Plan,
  input: Int16Array,
  from: number,
  stride: number,
  stage: number,
  output: Int16Array,
  at: number,
): void {
  const { radix, rest } = plan.factors[stage]!;
  for (let i = 0; i < radix; i += 1) {
    const source = from + i * stride;
    if (rest === 1) {
      output[2 * (at + i)] = input[2 * source]!;
      output[2 * (at + i) + 1] = input[2 * source + 1]!;
    } else {
      work(plan, input, source, stride * radix, stage + 1, output, at + i * rest);
    }
  }
  if (radix > 1) butterfly(output, at, stride, plan, rest, radix);
}

function planOf(half: number, inverse: boolean): Plan {
  const twiddles = new Int16Array(2 * half);
  const sign = inverse ? 1 : -1;
  for (let i = 0; i < half; i += 1) twiddles.set(unit((sign * 2 * Math.PI * i) / half), 2 * i);
  return { length: half, inverse, factors: factorsOf(half), twiddles };
}

function turnsOf(half: number, sign: 1 | -1): readonly (readonly [number, number])[] {
  return Array.from({ length: half >> 1 }, (_, i) => unit(sign * Math.PI * ((i + 1) / half + 0.5)));
}

/** A transform of `length` (even) int16 samples into length / 2 + 1 complex bins, interleaved. */
export function realFft16(length: number): (samples: Int16Array) => Int16Array {
  const half = length / 2;
  const plan = planOf(half, false);
  const turns = turnsOf(half, -1);
  return (samples) => {
    const bins = new Int16Array(2 * half);
    work(plan, samples, 0, 1, 0, bins, 0);
    return unpack(bins, half, turns);
  };
}

/** The way back: length / 2 + 1 complex bins into `length` (even) samples. */
export function realInverseFft16(length: number): (bins: Int16Array) => Int16Array {
  const half = length / 2;
  const plan = planOf(half, true);
  const turns = turnsOf(half, 1);
  return (bins) => {
    const samples = new Int16Array(2 * half);
    work(plan, pack(bins, half, turns), 0, 1, 0, samples, 0);
    return samples;
  };
}

/** Separates the transforms of even and odd samples and joins them. */
function unpack(bins: Int16Array, half: number, turns: readonly (readonly [number, number])[]): Int16Array {
  const result = new Int16Array(2 * half + 2);
  const [dcReal, dcImaginary] = [divideBy(bins[0]!, 2), divideBy(bins[1]!, 2)];
  result[0] = dcReal + dcImaginary;
  result[2 * half] = dcReal - dcImaginary;
  for (let k = 1; k <= half >> 1; k += 1) {
    const mirror = 2 * (half - k);
    const [real, imaginary] = [divideBy(bins[2 * k]!, 2), divideBy(bins[2 * k + 1]!, 2)];
    const [otherReal, otherImaginary] = [divideBy(bins[mirror]!, 2), divideBy(wrap16(-bins[mirror + 1]!), 2)];
    const [sumReal, sumImaginary] = [wrap16(real + otherReal), wrap16(imaginary + otherImaginary)];
    const [gapReal, gapImaginary] = [wrap16(real - otherReal), wrap16(imaginary - otherImaginary)];
    const [cos, sin] = turns[k - 1]!;
    const turnedReal = round(gapReal * cos - gapImaginary * sin);
    const turnedImaginary = round(gapReal * sin + gapImaginary * cos);
    result[2 * k] = (sumReal + turnedReal) >> 1;
    result[2 * k + 1] = (sumImaginary + turnedImaginary) >> 1;
    result[mirror] = (sumReal - turnedReal) >> 1;
    result[mirror + 1] = (turnedImaginary - sumImaginary) >> 1;
  }
  return result;
}

/** Joins the bins of even and odd samples into those of one complex transform: kiss_fftri. */
function pack(bins: Int16Array, half: number, turns: readonly (readonly [number, number])[]): Int16Array {
  const result = new Int16Array(2 * half);
  result[0] = divideBy(wrap16(bins[0]! + bins[2 * half]!), 2);
  result[1] = divideBy(wrap16(bins[0]! - bins[2 * half]!), 2);
  for (let k = 1; k <= half >> 1; k += 1) {
    const mirror = 2 * (half - k);
    const [real, imaginary] = [divideBy(bins[2 * k]!, 2), divideBy(bins[2 * k + 1]!, 2)];
    const [otherReal, otherImaginary] = [divideBy(bins[mirror]!, 2), divideBy(wrap16(-bins[mirror + 1]!), 2)];
    const [sumReal, sumImaginary] = [wrap16(real + otherReal), wrap16(imaginary + otherImaginary)];
    const [gapReal, gapImaginary] = [wrap16(real - otherReal), wrap16(imaginary - otherImaginary)];
    const [cos, sin] = turns[k - 1]!;
    const turnedReal = round(gapReal * cos - gapImaginary * sin);
    const turnedImaginary = round(gapReal * sin + gapImaginary * cos);
    result[2 * k] = sumReal + turnedReal;
    result[2 * k + 1] = sumImaginary + turnedImaginary;
    result[mirror] = sumReal - turnedReal;
    result[mirror + 1] = -wrap16(sumImaginary - turnedImaginary);
  }
  return result;
}
