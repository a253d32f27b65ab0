import { quantizeMultiplier, type QuantizedMultiplier } from '../fixedPoint';
import { need, type KernelContext } from '../kernel';
import type { Operand } from '../operand';
import { inputRadius } from '../sigmoidTable';

/** Integer bits of the difference to the largest value of a row, in SOFTMAX and LOG_SOFTMAX. */
export const DIFFERENCE_BITS = 5;

/** Scale of the differences in Q5.26, and the difference whose exponential counts as nothing. */
export interface DifferenceScale {
  readonly by: QuantizedMultiplier;
  readonly smallest: number;
}

/** TFLite quantization_util.cc, PreprocessSoftmaxScaling and CalculateInputRadius. */
export function differenceScale(context: KernelContext, input: Operand, beta: number): DifferenceScale {
  const limit = context.rounding === 'double' ? 2 ** 31 - 1 : 2 ** 30 - 1;
  const by = quantizeMultiplier(Math.min(beta * input.scale * 2 ** (31 - DIFFERENCE_BITS), limit));
  need(by.shift >= 0, 'its input scale is too small');
  return { by, smallest: -inputRadius(DIFFERENCE_BITS, by.shift) };
}

/** Rows along the last axis. */
export function rowsOf(input: Operand, output: Operand): { readonly rows: number; readonly depth: number } {
  const depth = input.shape.at(-1) ?? 1;
  need(depth > 0 && input.count === output.count, 'its output does not fit its input');
  return { rows: input.count / depth, depth };
}
