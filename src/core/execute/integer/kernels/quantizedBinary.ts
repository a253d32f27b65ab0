import type { Binary } from '../../../ir/ops/elementwise';
import { quantizeMultiplier, saturatingRoundingDoublingHighMul, type QuantizedMultiplier } from '../fixedPoint';
import { reciprocal } from '../gemmlowp';
import { need, refuseTypes, type KernelContext } from '../kernel';

/** Combines stored integers into an output integer, before the activation's clamp. */
type Combine = (a: number, b: number) => number;

interface CommonScale {
  /** Bits that both inputs gain before they are brought to the common scale. */
  readonly headroom: number;
  readonly byA: QuantizedMultiplier;
  readonly byB: QuantizedMultiplier;
  readonly byOutput: QuantizedMultiplier;
}

/**
 * ADD works its multipliers out in double precision, SUB in single: TFLM add_common.cc and sub_common.cc,
 * CalculateOpDataAdd and CalculateOpDataSub.
 */
function sumScale(context: KernelContext<Binary>, round: (x: number) => number): CommonScale {
  const [a, b, output] = [context.input(0), context.input(1), context.output()];
  need(a.scale > 0 && b.scale > 0 && output.scale > 0, 'an operand has no scale');
  const headroom = output.dtype === 'int16' ? 15 : 20;
  const twice = round(2 * Math.max(a.scale, b.scale));
  return {
    headroom,
    byA: quantizeMultiplier(round(a.scale / twice)),
    byB: quantizeMultiplier(round(b.scale / twice)),
    byOutput: quantizeMultiplier(round(twice / round(2 ** headroom * output.scale))),
  };
}

function sum(context: KernelContext<Binary>, sign: 1 | -1): Combine {
  const { multiply } = context;
  const { headroom, byA, byB, byOutput } = sumScale(context, sign === 1 ? (x) => x : Math.fround);
  const [zeroA, zeroB, zeroOutput] = [
    context.input(0).zeroPoint,
    context.input(1).zeroPoint,
    context.output().zeroPoint,
  ];
  const gain = 2 ** headroom;
  return (a, b) => {
    const left = multiply(((a - zeroA) * gain) | 0, byA);
    const right = multiply(((b - zeroB) * gain) | 0, byB);
    return multiply((left + sign * right) | 0, byOutput) + zeroOutput;
  };
}

/** TFLM mul_common.cc. */
function product(context: KernelContext<Binary>): Combine {
  const { multiply } = context;
  const [a, b, output] = [context.input(0), context.input(1), context.output()];
  need(output.scale > 0, 'its output has no scale');
  const by = quantizeMultiplier((a.scale * b.scale) / output.scale);
  const [zeroA, zeroB, zeroOutput] = [a.zeroPoint, b.zeroPoint, output.zeroPoint];
  return (x, y) => multiply(Math.imul(x - zeroA, y - zeroB), by) + zeroOutput;
}

/** TFLM squared_difference.cc. */
function squaredDifference(context: KernelContext<Binary>): Combine {
  const { multiply } = context;
  const [a, b, output] = [context.input(0), context.input(1), context.output()];
  const headroom = output.dtype === 'int16' ? 0 : 7;
  const twice = 2 * Math.max(a.scale, b.scale);
  const byA = quantizeMultiplier(a.scale / twice);
  const byB = quantizeMultiplier(b.scale / twice);
  const byOutput = quantizeMultiplier((twice * twice) / Math.fround(2 ** (2 * headroom) * output.scale));
  const gain = 2 ** headroom;
  return (x, y) => {
    const left = multiply((x - a.zeroPoint) * gain, byA);
    const right = multiply((y - b.zeroPoint) * gain, byB);
    const difference = (left - right) | 0;
    return multiply(Math.imul(difference, difference), byOutput) + output.zeroPoint;
  };
}

/** Bits by which a positive number may move left without overflow. */
function headroomOf(x: number): number {
  return Math.clz32(x < 0 ? ~x : x) - 1;
}

/** TFLM div.cc, with the reciprocal of the divisor in fixed point. A division by zero gives the zero point. */
function quotient(context: KernelContext<Binary>): Combine {
  const [a, b, output] = [context.input(0), context.input(1), context.output()];
  need(output.dtype === 'int8', 'a quantized division has a kernel for int8 only');
  const by = quantizeMultiplier(Math.fround(a.scale / Math.fround(b.scale * output.scale)));
  return (x, y) => {
    const divisor = y - b.zeroPoint;
    if (divisor === 0) return output.zeroPoint;
    const dividend = divisor < 0 ? a.zeroPoint - x : x - a.zeroPoint;
    const inverse = reciprocal(Math.abs(divisor), 31);
    const headroom = headroomOf(dividend);
    const unscaled = saturatingRoundingDoublingHighMul(dividend << headroom, inverse.scale);
    const shift = by.shift - inverse.bitsOverUnit - headroom;
    // Beyond 31 bits, as for a dividend of 0, the rounding threshold wraps to -1. C leaves such a shift open; on Arm
    // all but the sign goes.
    if (shift < -31) return (unscaled < 0 ? -1 : 1) + output.zeroPoint;
    return context.multiply(unscaled, { multiplier: by.multiplier, shift }) + output.zeroPoint;
  };
}

export function quantizedBinary(context: KernelContext<Binary>): Combine {
  switch (context.op.kind) {
    case 'Add':
      return sum(context, 1);
    case 'Sub':
      return sum(context, -1);
    case 'Mul':
      return product(context);
    case 'Div':
      return quotient(context);
    case 'SquaredDifference':
      return squaredDifference(context);
    default:
      return refuseTypes(context);
  }
}
