/**
 * The stages of a 16-bit fixed-point FFT. Source: KISS FFT 130 with FIXED_POINT 16, kiss_fft.c and _kiss_fft_guts.h.
 * Complex values are pairs of int16; each stage divides by its radix so that nothing overflows.
 */

export interface Plan {
  readonly length: number;
  readonly inverse: boolean;
  /** Radix (2 to 5) and rest of each stage. */
  readonly factors: readonly { readonly radix: number; readonly rest: number }[];
  /** cos and sin, interleaved, in 15 fraction bits. */
  readonly twiddles: Int16Array;
}

export function wrap16(x: number): number {
  return (x << 16) >> 16;
}

/** A product of two 15-bit fractions, rounded. */
export function round(x: number): number {
  return wrap16((x + 16384) >> 15);
}

export function divideBy(x: number, divisor: number): number {
  return round(Math.imul(x, Math.trunc(32767 / divisor)));
}

interface Complex {
  readonly re: number;
  readonly im: number;
}

function add(a: Complex, b: Complex): Complex {
  return { re: wrap16(a.re + b.re), im: wrap16(a.im + b.im) };
}

function subtract(a: Complex, b: Complex): Complex {
  return { re: wrap16(a.re - b.re), im: wrap16(a.im - b.im) };
}

/** The values that one butterfly joins: `at`, and every `rest` values after it. */
class Strands {
  readonly #values: Int16Array;
  readonly #plan: Plan;
  readonly #radix: number;
  readonly #rest: number;
  readonly #stride: number;

  constructor(values: Int16Array, plan: Plan, radix: number, rest: number, stride: number) {
    this.#values = values;
    this.#plan = plan;
    this.#radix = radix;
    this.#rest = rest;
    this.#stride = stride;
  }

  /** A value over the radix. */
  get(at: number, strand: number): Complex {
    const from = 2 * (at + strand * this.#rest);
    return { re: divideBy(this.#values[from]!, this.#radix), im: divideBy(this.#values[from + 1]!, this.#radix) };
  }

  /** A value over the radix, turned by the twiddle of its strand. */
  turned(at: number, strand: number, k: number): Complex {
    const { re, im } = this.get(at, strand);
    const { re: cos, im: sin } = this.twiddle(k * strand * this.#stride);
    return { re: round(re * cos - im * sin), im: round(re * sin + im * cos) };
  }

  twiddle(index: number): Complex {
    return { re: this.#plan.twiddles[2 * index]!, im: this.#plan.twiddles[2 * index + 1]! };
  }

  set(at: number, strand: number, { re, im }: Complex): void {
    const to = 2 * (at + strand * this.#rest);
    this.#values[to] = re;
    this.#values[to + 1] = im;
  }
}

function butterfly2(strands: Strands, at: number, k: number): void {
  const [a, b] = [strands.get(at, 0), strands.turned(at, 1, k)];
  strands.set(at, 1, subtract(a, b));
  strands.set(at, 0, add(a, b));
}

function butterfly3(strands: Strands, at: number, k: number, third: Complex): void {
  const [a, b, c] = [strands.get(at, 0), strands.turned(at, 1, k), strands.turned(at, 2, k)];
  const sum = add(b, c);
  const gap = subtract(b, c);
  const [gapRe, gapIm] = [round(gap.re * third.im), round(gap.im * third.im)];
  const middle = { re: wrap16(a.re - (sum.re >> 1)), im: wrap16(a.im - (sum.im >> 1)) };
  strands.set(at, 0, add(a, sum));
  strands.set(at, 2, add(middle, { re: gapIm, im: -gapRe }));
  strands.set(at, 1, subtract(middle, { re: gapIm, im: -gapRe }));
}

function butterfly4(strands: Strands, at: number, k: number, inverse: boolean): void {
  const a = strands.get(at, 0);
  const [b, c, d] = [strands.turned(at, 1, k), strands.turned(at, 2, k), strands.turned(at, 3, k)];
  const [even, rest] = [add(a, c), subtract(a, c)];
  const [odd, gap] = [add(b, d), subtract(b, d)];
  strands.set(at, 2, subtract(even, odd));
  strands.set(at, 0, add(even, odd));
  const quarter = { re: gap.im, im: -gap.re };
  strands.set(at, inverse ? 3 : 1, add(rest, quarter));
  strands.set(at, inverse ? 1 : 3, subtract(rest, quarter));
}

/** a + x * b + y * c, each product rounded. */
function mix(a: Complex, x: Complex, b: number, y: Complex, c: number): Complex {
  return {
    re: wrap16(a.re + round(x.re * b) + round(y.re * c)),
    im: wrap16(a.im + round(x.im * b) + round(y.im * c)),
  };
}

const NOTHING: Complex = { re: 0, im: 0 };

function butterfly5(strands: Strands, at: number, k: number, first: Complex, second: Complex): void {
  const a = strands.get(at, 0);
  const [b, c, d, e] = [1, 2, 3, 4].map((strand) => strands.turned(at, strand, k)) as [
    Complex,
    Complex,
    Complex,
    Complex,
  ];
  const [outer, outerGap] = [add(b, e), subtract(b, e)];
  const [inner, innerGap] = [add(c, d), subtract(c, d)];
  strands.set(at, 0, add(a, add(outer, inner)));
  const near = mix(a, outer, first.re, inner, second.re);
  const far = mix(a, outer, second.re, inner, first.re);
  const nearTurn = mix(NOTHING, outerGap, first.im, innerGap, second.im);
  const farTurn = {
    re: wrap16(round(innerGap.im * first.im) - round(outerGap.im * second.im)),
    im: wrap16(round(outerGap.re * second.im) - round(innerGap.re * first.im)),
  };
  const turn = { re: nearTurn.im, im: wrap16(-nearTurn.re) };
  strands.set(at, 1, subtract(near, turn));
  strands.set(at, 4, add(near, turn));
  strands.set(at, 2, add(far, farTurn));
  strands.set(at, 3, subtract(far, farTurn));
}

/** Joins `radix` transforms of `rest` values each, which lie one after the other from `at`. */
export function butterfly(
  values: Int16Array,
  at: number,
  stride: number,
  plan: Plan,
  rest: number,
  radix: number,
): void {
  const strands = new Strands(values, plan, radix, rest, stride);
  for (let k = 0; k < rest; k += 1) {
    if (radix === 4) butterfly4(strands, at + k, k, plan.inverse);
    else if (radix === 2) butterfly2(strands, at + k, k);
    else if (radix === 3) butterfly3(strands, at + k, k, strands.twiddle(stride * rest));
    else butterfly5(strands, at + k, k, strands.twiddle(stride * rest), strands.twiddle(2 * stride * rest));
  }
}
