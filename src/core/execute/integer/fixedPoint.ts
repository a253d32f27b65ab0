/**
 * The integer arithmetic of TensorFlow Lite Micro and gemmlowp, exact on 32-bit operands in JavaScript numbers.
 * Sources: tflite-micro 90b983c2b, tensorflow/lite/kernels/internal/common.cc and quantization_util.cc; gemmlowp
 * fixedpoint/fixedpoint.h.
 */

/**
 * How a rescaled 32-bit accumulator is rounded. TFLM, CMSIS-NN and ESP-NN round twice; TFLITE_SINGLE_ROUNDING builds
 * (and XNNPACK) round once.
 */
export type Rounding = 'double' | 'single';

/** A positive real number as `multiplier * 2^(shift - 31)`. */
export interface QuantizedMultiplier {
  /** 2^30 to 2^31 - 1, or 0. */
  readonly multiplier: number;
  /** Positive: to the left. -31 to 30. */
  readonly shift: number;
}

/** Rescales an int32 by a quantized multiplier; the result is an int32. */
export type Multiply = (x: number, by: QuantizedMultiplier) => number;

const INT32_MAX = 2 ** 31 - 1;
const INT32_MIN = -(2 ** 31);

/** C's round(): halves away from zero. */
export function roundHalfAway(x: number): number {
  const magnitude = Math.abs(x);
  const floor = Math.floor(magnitude);
  return Math.sign(x) * (magnitude - floor >= 0.5 ? floor + 1 : floor);
}

export function clamp(x: number, min: number, max: number): number {
  return x < min ? min : x > max ? max : x;
}

/**
 * floor((a * b + 2^30) / 2^31), saturated: the high half of twice the product, rounded. The product of the halves of
 * `a` with `b` stays below 2^53, so every step is exact.
 */
export function saturatingRoundingDoublingHighMul(a: number, b: number): number {
  if (a === INT32_MIN && b === INT32_MIN) return INT32_MAX;
  const high = (a >> 16) * b;
  const low = (a & 0xffff) * b + 0x40000000;
  return Math.floor((high + Math.floor(low / 65536)) / 32768);
}

/** x / 2^exponent, rounded to nearest, halves away from zero. Exponent 0 to 31. */
export function roundingDivideByPot(x: number, exponent: number): number {
  if (exponent === 0) return x;
  const mask = exponent === 31 ? INT32_MAX : (1 << exponent) - 1;
  const remainder = x & mask;
  const threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/** x * 2^exponent, saturated to int32 (gemmlowp SaturatingRoundingMultiplyByPOT, exponent positive). */
export function saturatingShiftLeft(x: number, exponent: number): number {
  return clamp(x * 2 ** exponent, INT32_MIN, INT32_MAX);
}

/** gemmlowp's product of two fixed-point numbers, then its rounding shift: two roundings. */
export function multiplyRoundingTwice(x: number, { multiplier, shift }: QuantizedMultiplier): number {
  return shift > 0
    ? saturatingRoundingDoublingHighMul(x << shift, multiplier)
    : roundingDivideByPot(saturatingRoundingDoublingHighMul(x, multiplier), -shift);
}

/** floor(x * multiplier / 2^(31 - shift) + 1/2): one rounding, halves upwards. */
export function multiplyRoundingOnce(x: number, { multiplier, shift }: QuantizedMultiplier): number {
  return floorOfProduct(x, multiplier, 31 - shift) | 0;
}

/**
 * Rescales a 64-bit accumulator (below 2^47) with the multiplier reduced to 16 bits and one rounding: what int16
 * activations with a 64-bit bias use, in every build.
 */
export function multiplyWide(x: number, { multiplier, shift }: QuantizedMultiplier): number {
  const reduced = multiplier < 0x7fff0000 ? (multiplier + 0x8000) >> 16 : 0x7fff;
  return floorOfProduct(x, reduced, 15 - shift) | 0;
}

/**
 * floor((x * m + 2^(bits - 1)) / 2^bits) for |x| < 2^47 and m < 2^31 with a product below 2^63. x is cut at bit 24, so
 * that both partial products are exact.
 */
function floorOfProduct(x: number, m: number, bits: number): number {
  const cut = 2 ** 24;
  const xHigh = Math.floor(x / cut);
  const xLow = x - xHigh * cut;
  const mHigh = m >> 16;
  const mLow = m & 0xffff;
  // x * m = high * 2^40 + middle * 2^16 + low, in digits small enough to carry exactly.
  const low = xLow * mLow;
  const middle = xLow * mHigh + xHigh * mLow * 256;
  const high = xHigh * mHigh;
  return shiftDown([low, middle, high], bits);
}

/** floor((low + middle * 2^16 + high * 2^40 + 2^(bits - 1)) / 2^bits) as 24-bit digits, carried upwards. */
function shiftDown([low, middle, high]: readonly [number, number, number], bits: number): number {
  const digit = 2 ** 16;
  const half = bits >= 1 ? 2 ** (bits - 1) : 0;
  const middleHigh = Math.floor(middle / 2 ** 24);
  const middleLow = middle - middleHigh * 2 ** 24;
  const top = high + middleHigh;
  // value = top * 2^40 + rest, 0 <= rest
  const rest = low + middleLow * digit;
  if (bits <= 40) {
    return top * 2 ** (40 - bits) + Math.floor((rest + half) / 2 ** bits);
  }
  const carried = top + Math.floor(rest / 2 ** 40);
  return Math.floor((carried + 2 ** (bits - 41)) / 2 ** (bits - 40));
}

export function multiplyFor(rounding: Rounding): Multiply {
  return rounding === 'double' ? multiplyRoundingTwice : multiplyRoundingOnce;
}

/** `mantissa * 2^exponent` with the mantissa from 0.5 to below 1, as C's frexp(); x positive and finite. */
export function frexp(x: number): { readonly mantissa: number; readonly exponent: number } {
  if (x === 0) return { mantissa: 0, exponent: 0 };
  // Near the ends of the range 2^exponent is no double: divide in two steps.
  let exponent = Math.floor(Math.log2(x)) + 1;
  const half = Math.trunc(exponent / 2);
  let mantissa = x / 2 ** half / 2 ** (exponent - half);
  while (mantissa >= 1) {
    mantissa /= 2;
    exponent += 1;
  }
  while (mantissa < 0.5) {
    mantissa *= 2;
    exponent -= 1;
  }
  return { mantissa, exponent };
}

/** The nearest quantized multiplier of a non-negative real; too small a real becomes 0. */
export function quantizeMultiplier(real: number): QuantizedMultiplier {
  if (!(real > 0) || !Number.isFinite(real)) return { multiplier: 0, shift: 0 };
  const { mantissa, exponent } = frexp(real);
  const fixed = roundHalfAway(mantissa * 2 ** 31);
  if (fixed === 2 ** 31) return { multiplier: 2 ** 30, shift: exponent + 1 };
  return exponent < -31 ? { multiplier: 0, shift: 0 } : { multiplier: fixed, shift: exponent };
}
