import type { Softmax } from '../../../ir/ops/activation';
import { clamp, quantizeMultiplier, roundingDivideByPot } from '../fixedPoint';
import { expOnNegativeValues, logOfAtLeastOne } from '../gemmlowp';
import { need, refuseTypes, type KernelContext, type Run } from '../kernel';
import type { Operand } from '../operand';
import { expSingle } from '../singlePrecision';
import { differenceScale, rowsOf } from './differences';

/** LOG_SOFTMAX over the last axis. Source: TFLite reference/log_softmax.h and TFLM log_softmax.cc. */

const fround = Math.fround;
const OUTPUT_BITS = 4;

function prepareInteger(context: KernelContext<Softmax>, input: Operand, output: Operand): Run {
  const { rows, depth } = rowsOf(input, output);
  need(output.scale === 16 / 256 && output.zeroPoint === 127, 'its output is not in 1/16 from 127');
  const { by, smallest } = differenceScale(context, input, 1);
  const reverse = quantizeMultiplier(2 ** (31 - by.shift) / by.multiplier);
  return () => {
    const values = input.numbers;
    const results = output.numbers;
    for (let row = 0; row < rows; row += 1) {
      const from = row * depth;
      let top = -128;
      for (let c = 0; c < depth; c += 1) top = Math.max(top, values[from + c]!);
      let sum = 0;
      for (let c = 0; c < depth; c += 1) {
        const difference = values[from + c]! - top;
        if (difference < smallest) continue;
        const power = expOnNegativeValues(context.multiply(difference, by), 5);
        sum = (sum + roundingDivideByPot(power, 12)) | 0;
      }
      const logSum = logOfAtLeastOne(sum, 12, 5);
      const lowest = Math.max(smallest - 1, context.multiply((logSum - 2 ** 31) | 0, reverse));
      for (let c = 0; c < depth; c += 1) {
        const difference = values[from + c]! - top;
        const share = (context.multiply(difference, by) - logSum) | 0;
        results[from + c] =
          difference > lowest ? clamp(roundingDivideByPot(share, 31 - 5 - OUTPUT_BITS) + 127, -128, 127) : -128;
      }
    }
  };
}

function prepareFloat(input: Operand, output: Operand): Run {
  const { rows, depth } = rowsOf(input, output);
  return () => {
    const values = input.numbers;
    const results = output.numbers;
    for (let row = 0; row < rows; row += 1) {
      const from = row * depth;
      let top = -Infinity;
      for (let c = 0; c < depth; c += 1) top = Math.max(top, values[from + c]!);
      let sum = 0;
      for (let c = 0; c < depth; c += 1) sum = fround(sum + expSingle(fround(values[from + c]! - top)));
      const logSum = fround(Math.log(sum));
      for (let c = 0; c < depth; c += 1) results[from + c] = fround(fround(values[from + c]! - top) - logSum);
    }
  };
}

export function prepareLogSoftmax(context: KernelContext<Softmax>): Run {
  const input = context.input(0);
  const output = context.output();
  const { axis, flattened } = context.op;
  need(!flattened && (axis === -1 || axis === input.rank - 1), 'it is not over the last axis');
  if (input.dtype === 'float32' && output.dtype === 'float32') return prepareFloat(input, output);
  if (input.dtype === 'int8' && output.dtype === 'int8') return prepareInteger(context, input, output);
  return refuseTypes(context);
}
