/**
 * exp, sin and cos of a float32 as C libraries compute them, to the bit: glibc on x86-64, and newlib on processors with
 * double precision, evaluate a polynomial in doubles and round once. JavaScript's own functions round the true value,
 * which is another float about once in five hundred. Source of polynomials and reductions: Arm Optimized Routines,
 * math/{expf,sinf,cosf,sincosf}.c and sincosf_data.c.
 */

const fround = Math.fround;

const EXP_STEPS = 32;
/** 2^(i / 32). */
const EXP_TABLE = Float64Array.from({ length: EXP_STEPS }, (_, i) => 2 ** (i / EXP_STEPS));
const STEPS_OVER_LN2 = Math.LOG2E * EXP_STEPS;
const EXP_POLYNOMIAL = [
  0.05550361559341535 / EXP_STEPS ** 3,
  0.2402284522445722 / EXP_STEPS ** 2,
  0.6931471806916203 / EXP_STEPS,
] as const;

/** Halves to even, as adding and subtracting 1.5 * 2^52 rounds. */
function toNearest(x: number): number {
  return x + 6755399441055744 - 6755399441055744;
}

/** expf(): e^x of a float32 as a float32. */
export function expSingle(x: number): number {
  if (x > 88.72283172607422) return Infinity;
  if (x < -104) return 0;
  const scaled = STEPS_OVER_LN2 * x;
  const whole = toNearest(scaled);
  if (Number.isNaN(whole)) return NaN;
  const r = scaled - whole;
  const step = ((whole % EXP_STEPS) + EXP_STEPS) % EXP_STEPS;
  const power = EXP_TABLE[step]! * 2 ** ((whole - step) / EXP_STEPS);
  const [c0, c1, c2] = EXP_POLYNOMIAL;
  return fround(((c0 * r + c1) * (r * r) + (c2 * r + 1)) * power);
}

const HALF_PI = Math.PI / 2;
/** 2^24 * 2 / pi. */
const SCALED_INVERSE = (2 ** 24 * 2) / Math.PI;
/** pi / 2^63. */
const PI_63 = Math.PI / 2 ** 63;
/** The digits of 2 / pi. */
const INVERSE_DIGITS = BigInt('0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebb');
const INVERSE_BYTES = 30;

const COSINE = [1, -0.49999999725108224, 0.041666623324344516, -0.001388676379437604, 2.4390450703564542e-5] as const;
const SINE = [-0.16666654943701084, 0.008332178146138854, -0.00019517298981385725] as const;

/** The polynomial of the sine for an even quadrant, of the cosine for an odd one. */
function polynomial(x: number, quadrant: number): number {
  const x2 = x * x;
  if ((quadrant & 1) === 0) {
    const x3 = x * x2;
    return x + x3 * SINE[0] + x3 * x2 * (SINE[1] + x2 * SINE[2]);
  }
  const x4 = x2 * x2;
  return COSINE[0] + x2 * COSINE[1] + x4 * COSINE[2] + x4 * x2 * (COSINE[3] + x2 * COSINE[4]);
}

interface Reduced {
  readonly quadrant: number;
  readonly rest: number;
}

function reduceSmall(x: number): Reduced {
  const quadrant = (Math.trunc(x * SCALED_INVERSE) + 0x800000) >> 24;
  return { quadrant, rest: x - quadrant * HALF_PI };
}

/** The 32 bits of 2 / pi that end at a byte. */
function inverseBits(endByte: number): bigint {
  return (INVERSE_DIGITS >> BigInt(8 * (INVERSE_BYTES - 1 - endByte))) & 0xffffffffn;
}

/** A magnitude of 2^23 and beyond keeps few bits of the fraction: 96 bits of 2 / pi, chosen by the exponent. */
function reduceLarge(magnitude: number): Reduced {
  const bits = new Uint32Array(Float32Array.of(magnitude).buffer)[0]!;
  const first = (bits >>> 26) & 15;
  const mantissa = BigInt((bits & 0x7fffff) | 0x800000) << BigInt((bits >>> 23) & 7);
  const [high, middle, low] = [0, 4, 8].map((later) => mantissa * inverseBits(first + later));
  const turns = BigInt.asUintN(64, ((high! & 0xffffffffn) << 32n) + middle! + (low! >> 32n));
  const quadrant = (turns + (1n << 61n)) >> 62n;
  const rest = Number(BigInt.asIntN(64, turns - (quadrant << 62n)));
  return { quadrant: Number(quadrant), rest: rest * PI_63 };
}

/** The sine of `x + quarters` quarter turns. */
function sineFrom(x: number, quarters: number): number {
  if (!Number.isFinite(x)) return NaN;
  const magnitude = Math.abs(x);
  const isSmall = magnitude < 120;
  const { quadrant, rest } = isSmall ? reduceSmall(x) : reduceLarge(magnitude);
  const sign = !isSmall && x < 0 ? -1 : 1;
  // sin(-r) = -sin(r); a cosine is even, so the sign of x does not reach it.
  const at = quadrant + quarters;
  const value = polynomial(rest, at) * ((at & 2) === 0 ? 1 : -1);
  return fround(quarters === 0 ? sign * value : value);
}

/** sinf(): the sine of a float32, in radians, as a float32. */
export function sinSingle(x: number): number {
  return sineFrom(x, 0);
}

/** cosf(): the cosine of a float32, in radians, as a float32. */
export function cosSingle(x: number): number {
  return sineFrom(x, 1);
}
