import {
  clamp,
  roundingDivideByPot,
  saturatingRoundingDoublingHighMul as highMul,
  saturatingShiftLeft,
  type QuantizedMultiplier,
} from './fixedPoint';

/**
 * Fixed-point transcendental functions of gemmlowp (fixedpoint/fixedpoint.h), on raw int32 values. Qm.n has m integer
 * bits and n = 31 - m fraction bits.
 */

const ONE_Q0 = 2 ** 31 - 1;

/** exp(a) for a in [-1/4, 0), Q0.31 to Q0.31: a Taylor polynomial around -1/8. */
function expBetweenNegativeOneQuarterAndZero(a: number): number {
  const constantTerm = 1895147668; // exp(-1/8)
  const oneThird = 715827883;
  const x = (a + 2 ** 28) | 0;
  const x2 = highMul(x, x);
  const x3 = highMul(x2, x);
  const x4 = highMul(x2, x2);
  const x4Over4 = roundingDivideByPot(x4, 2);
  const sum = roundingDivideByPot((highMul((x4Over4 + x3) | 0, oneThird) + x2) | 0, 1);
  return (constantTerm + highMul(constantTerm, (x + sum) | 0)) | 0;
}

/** exp(-2^e) in Q0.31 for e from -2 to 4. */
const EXP_OF_MINUS_POWERS = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242] as const;

/** exp(a) for a <= 0 in Q(integerBits).(31 - integerBits); the result in Q0.31. */
export function expOnNegativeValues(a: number, integerBits: number): number {
  if (a === 0) return ONE_Q0;
  const fractionBits = 31 - integerBits;
  const oneQuarter = 2 ** (fractionBits - 2);
  const mask = oneQuarter - 1;
  const aModQuarter = ((a & mask) - oneQuarter) | 0;
  let result = expBetweenNegativeOneQuarterAndZero(saturatingShiftLeft(aModQuarter, integerBits));
  const remainder = (aModQuarter - a) | 0;
  for (let exponent = -2; exponent <= 4; exponent += 1) {
    if (integerBits <= exponent) continue;
    const bit = fractionBits + exponent;
    if (((remainder >>> bit) & 1) === 1) result = highMul(result, EXP_OF_MINUS_POWERS[exponent + 2]!);
  }
  const lowest = -(2 ** (36 - integerBits));
  return integerBits > 5 && a < lowest ? 0 : result;
}

/** (a + b) / 2 of int32s, halves away from zero. */
function roundingHalfSum(a: number, b: number): number {
  const sum = a + b;
  return Math.trunc((sum + (sum >= 0 ? 1 : -1)) / 2);
}

/** Newton-Raphson for 2 / (1 + a), a in Q0.31 within [0, 1]; the result in Q2.29. */
function twoOverOnePlus(a: number): number {
  const halfDenominator = roundingHalfSum(a, ONE_Q0);
  const constant48Over17 = 1515870810;
  const constantNeg32Over17 = -1010580540;
  let x = (constant48Over17 + highMul(halfDenominator, constantNeg32Over17)) | 0;
  for (let step = 0; step < 3; step += 1) {
    const denominatorTimesX = highMul(halfDenominator, x);
    const oneMinus = (2 ** 29 - denominatorTimesX) | 0;
    x = (x + saturatingShiftLeft(highMul(x, oneMinus), 2)) | 0;
  }
  return x;
}

/** 1 / (1 + x) for x in [0, 1], Q0.31 to Q0.31. */
export function oneOverOnePlusX(a: number): number {
  return saturatingShiftLeft(twoOverOnePlus(a), 1);
}

/** (1 - x) / (1 + x) for x in [0, 1], Q0.31 to Q0.31. */
function oneMinusXOverOnePlusX(a: number): number {
  return saturatingShiftLeft((twoOverOnePlus(a) - 2 ** 29) | 0, 2);
}

/** The logistic function of a value in Q(integerBits); the result in Q0.31. */
export function logistic(a: number, integerBits: number): number {
  if (a === 0) return 2 ** 30;
  const magnitude = a > 0 ? -a : a;
  const ofMagnitude = oneOverOnePlusX(expOnNegativeValues(magnitude, integerBits));
  return a > 0 ? ofMagnitude : ONE_Q0 - ofMagnitude;
}

/** tanh of a value in Q(integerBits); the result in Q0.31. */
export function tanh(a: number, integerBits: number): number {
  if (a === 0) return 0;
  const magnitude = a > 0 ? -a : a;
  // Twice the value is the same raw number with one more integer bit.
  const ofMagnitude = oneMinusXOverOnePlusX(expOnNegativeValues(magnitude, integerBits + 1));
  return a > 0 ? ofMagnitude : -ofMagnitude;
}

/**
 * 1 / x of a positive x in Q(integerBits): the mantissa in Q0.31, and by how many bits x exceeds 1. TFLite
 * kernels/internal/common.h, GetReciprocal.
 */
export function reciprocal(x: number, integerBits: number): { readonly scale: number; readonly bitsOverUnit: number } {
  const headroom = Math.clz32(x);
  const shiftedMinusOne = ((x << headroom) >>> 0) - 2 ** 31;
  return { scale: oneOverOnePlusX(shiftedMinusOne), bitsOverUnit: integerBits - headroom };
}

/** x * 2^exponent of an int32, saturated to the left, rounded to the right. */
function multiplyByPot(x: number, exponent: number): number {
  return exponent > 0 ? saturatingShiftLeft(x, exponent) : roundingDivideByPot(x, -exponent);
}

/** The natural logarithm of x >= 1 in Q(inputBits); the result in Q(outputBits). TFLite common.h, log_x_for_x_... */
export function logOfAtLeastOne(x: number, inputBits: number, outputBits: number): number {
  const log2 = 1488522236;
  const sqrtSqrtHalf = 1805811301; // 0.5^(1/4)
  const sqrtHalf = 1518500250; // 0.5^(1/2)
  const accumulatorBits = outputBits + 1;
  const quarter = multiplyByPot(536870912, -accumulatorBits);
  const headroomA = Math.clz32(x);
  const rA = saturatingShiftLeft(highMul(multiplyByPot(x, headroomA - 1), sqrtHalf), 1);
  const powerA = clamp(multiplyByPot(inputBits - headroomA, 31 - accumulatorBits) + quarter, -(2 ** 31), ONE_Q0);
  const headroomB = Math.clz32(highMul(x, sqrtHalf)) - 1;
  const rB = multiplyByPot(x, headroomB);
  const powerB = clamp(multiplyByPot(inputBits - headroomB, 31 - accumulatorBits) - quarter, -(2 ** 31), ONE_Q0);
  const r = Math.min(rA, rB);
  const power = Math.max(powerA, powerB);
  const p = roundingHalfSum(r, sqrtSqrtHalf);
  const q = (2 * (r - sqrtSqrtHalf)) | 0;
  const square = highMul(q, q);
  // Coefficients of the rational approximation: 11/240, 1/20, and 2 / 2^(1/4) - 2^(1/4), 1/4, times 2^(1/4).
  const numerator = (highMul(q, r) + highMul(highMul(q, square), 117049297)) | 0;
  const inner = (1057819769 + q + highMul(127690142, square)) | 0;
  const denominator = (highMul(p, inner) + highMul(638450708, q)) | 0;
  const scaled = multiplyByPot(numerator, -accumulatorBits);
  const sum = (highMul(power, log2) + highMul(scaled, oneOverOnePlusX(denominator))) | 0;
  return multiplyByPot(sum, 1);
}

/**
 * 1 / sqrt(x) of a positive integer as a mantissa in Q0.31 and a left shift. TFLite common.h,
 * GetInvSqrtQuantizedMultiplierExp.
 */
export function inverseSquareRoot(x: number): QuantizedMultiplier {
  if (x <= 1) return { multiplier: ONE_Q0, shift: 0 };
  let input = x;
  let shift = 11;
  while (input >= 2 ** 29) {
    input = Math.floor(input / 4);
    shift += 1;
  }
  const pairs = Math.floor((Math.clz32(input) - 1) / 2) - 1;
  shift -= pairs;
  input *= 2 ** (2 * pairs);
  const half = roundingDivideByPot(input >> 1, 1);
  const oneAndAHalf = 2 ** 28 + 2 ** 27;
  let root = 2 ** 28;
  for (let step = 0; step < 5; step += 1) {
    // Three factors with 3 integer bits make 9; two make 6.
    const cube = saturatingShiftLeft(highMul(highMul(root, root), root), 6);
    root = saturatingShiftLeft((highMul(oneAndAHalf, root) - highMul(half, cube)) | 0, 3);
  }
  const mantissa = highMul(root, 1518500250);
  return shift < 0 ? { multiplier: mantissa << -shift, shift: 0 } : { multiplier: mantissa, shift: -shift };
}
