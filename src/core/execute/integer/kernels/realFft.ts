/**
 * The 16-bit fixed-point FFT of real input that TFLM's SignalRfft runs: KISS FFT 130 with FIXED_POINT 16 (kiss_fft.c,
 * kiss_fftr.c). Complex values are pairs of int16; each stage divides by its radix so that nothing overflows.
 */

interface Plan {
  readonly length: number;
  /** Radix and rest of each stage. */
  readonly factors: readonly { readonly radix: number; readonly rest: number }[];
  /** cos and sin, interleaved, in 15 fraction bits. */
  readonly twiddles: Int16Array;
}

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
  return factors.length === 0 ? [{ radix: 1, rest: 1 }] : factors;
}

function unit(phase: number): readonly [number, number] {
  return [Math.floor(0.5 + 32767 * Math.cos(phase)), Math.floor(0.5 + 32767 * Math.sin(phase))];
}

function round(x: number): number {
  return (((x + 16384) >> 15) << 16) >> 16;
}

function divideBy(x: number, divisor: number): number {
  return round(Math.imul(x, Math.trunc(32767 / divisor)));
}

/** A butterfly of any radix: TFLM's lengths have radices 2, 3, 4 and 5; larger primes take the same sum. */
function butterfly(values: Int16Array, at: number, stride: number, plan: Plan, rest: number, radix: number): void {
  if (radix === 4) butterfly4(values, at, stride, plan, rest);
  else if (radix === 2) butterfly2(values, at, stride, plan, rest);
  else butterflyAny(values, at, stride, plan, rest, radix);
}

function butterfly2(values: Int16Array, at: number, stride: number, { twiddles }: Plan, rest: number): void {
  for (let k = 0; k < rest; k += 1) {
    const a = 2 * (at + k);
    const b = 2 * (at + k + rest);
    const w = 2 * k * stride;
    const [aReal, aImaginary] = [divideBy(values[a]!, 2), divideBy(values[a + 1]!, 2)];
    const [bReal, bImaginary] = [divideBy(values[b]!, 2), divideBy(values[b + 1]!, 2)];
    const real = round(bReal * twiddles[w]! - bImaginary * twiddles[w + 1]!);
    const imaginary = round(bReal * twiddles[w + 1]! + bImaginary * twiddles[w]!);
    values[b] = aReal - real;
    values[b + 1] = aImaginary - imaginary;
    values[a] = aReal + real;
    values[a + 1] = aImaginary + imaginary;
  }
}

function butterfly4(values: Int16Array, at: number, stride: number, { twiddles }: Plan, rest: number): void {
  const turned = new Int16Array(6);
  for (let k = 0; k < rest; k += 1) {
    const place = (i: number): number => 2 * (at + k + i * rest);
    for (let i = 1; i < 4; i += 1) {
      const w = 2 * k * i * stride;
      const [real, imaginary] = [divideBy(values[place(i)]!, 4), divideBy(values[place(i) + 1]!, 4)];
      turned[2 * i - 2] = round(real * twiddles[w]! - imaginary * twiddles[w + 1]!);
      turned[2 * i - 1] = round(real * twiddles[w + 1]! + imaginary * twiddles[w]!);
    }
    const [real, imaginary] = [divideBy(values[place(0)]!, 4), divideBy(values[place(0) + 1]!, 4)];
    const [sumReal, sumImaginary] = [real + turned[2]!, imaginary + turned[3]!];
    const [restReal, restImaginary] = [real - turned[2]!, imaginary - turned[3]!];
    const [oddReal, oddImaginary] = [turned[0]! + turned[4]!, turned[1]! + turned[5]!];
    const [gapReal, gapImaginary] = [turned[0]! - turned[4]!, turned[1]! - turned[5]!];
    values[place(2)] = sumReal - oddReal;
    values[place(2) + 1] = sumImaginary - oddImaginary;
    values[place(0)] = sumReal + oddReal;
    values[place(0) + 1] = sumImaginary + oddImaginary;
    values[place(1)] = restReal + gapImaginary;
    values[place(1) + 1] = restImaginary - gapReal;
    values[place(3)] = restReal - gapImaginary;
    values[place(3) + 1] = restImaginary + gapReal;
  }
}

function butterflyAny(
  values: Int16Array,
  at: number,
  stride: number,
  { twiddles, length }: Plan,
  rest: number,
  radix: number,
): void {
  const scratch = new Int16Array(2 * radix);
  for (let u = 0; u < rest; u += 1) {
    for (let q = 0; q < radix; q += 1) {
      const from = 2 * (at + u + q * rest);
      scratch[2 * q] = divideBy(values[from]!, radix);
      scratch[2 * q + 1] = divideBy(values[from + 1]!, radix);
    }
    for (let q = 0, k = u; q < radix; q += 1, k += rest) {
      const to = 2 * (at + k);
      let [real, imaginary] = [scratch[0]!, scratch[1]!];
      let w = 0;
      for (let i = 1; i < radix; i += 1) {
        w = (w + stride * k) % length;
        const [x, y] = [scratch[2 * i]!, scratch[2 * i + 1]!];
        const [cos, sin] = [twiddles[2 * w]!, twiddles[2 * w + 1]!];
        real += round(x * cos - y * sin);
        imaginary += round(x * sin + y * cos);
      }
      values[to] = real;
      values[to + 1] = imaginary;
    }
  }
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

/** A transform of `length` (even) int16 samples into length / 2 + 1 complex bins, interleaved. */
export function realFft16(length: number): (samples: Int16Array) => Int16Array {
  const half = length / 2;
  const twiddles = new Int16Array(2 * half);
  for (let i = 0; i < half; i += 1) twiddles.set(unit((-2 * Math.PI * i) / half), 2 * i);
  const plan: Plan = { length: half, factors: factorsOf(half), twiddles };
  const turns = Array.from({ length: half >> 1 }, (_, i) => unit(-Math.PI * ((i + 1) / half + 0.5)));
  return (samples) => {
    const bins = new Int16Array(2 * half);
    work(plan, samples, 0, 1, 0, bins, 0);
    return unpack(bins, half, turns);
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

function wrap16(x: number): number {
  return (x << 16) >> 16;
}
