import type { Softmax } from '../../../ir/ops/activation';
import { storedRange } from '../activationRange';
import {
  clamp,
  quantizeMultiplier,
  roundingDivideByPot,
  saturatingRoundingDoublingHighMul as highMul,
} from '../fixedPoint';
import { expOnNegativeValues, reciprocal } from '../gemmlowp';
import { need, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';
import { expSingle } from '../singlePrecision';
import { buildTable, lookUp } from '../sigmoidTable';
import { DIFFERENCE_BITS, differenceScale, rowsOf } from './differences';
import { prepareLogSoftmax } from './logSoftmax';

/** SOFTMAX over the last axis. Source: TFLite reference/softmax.h and TFLM softmax_common.cc. */

const fround = Math.fround;

/** Integer bits of the sum of exponentials. */
const SUM_BITS = 12;

function largest(values: ArrayLike<number>, from: number, depth: number): number {
  let max = values[from]!;
  for (let c = 1; c < depth; c += 1) max = Math.max(max, values[from + c]!);
  return max;
}

/** int8 to int8 or int16. */
function prepareFixedPoint(context: KernelContext<Softmax>, input: Operand, output: Operand): Run {
  const { rows, depth } = rowsOf(input, output);
  const { by, smallest } = differenceScale(context, input, fround(context.op.beta));
  const { min, max } = storedRange(output);
  const outputBits = output.dtype === 'int16' ? 16 : 8;
  // Differences span 256 values: one exponential each.
  const exponentials = Int32Array.from({ length: 256 }, (_, i) =>
    -i < smallest ? 0 : expOnNegativeValues(context.multiply(-i, by), DIFFERENCE_BITS),
  );
  return () => {
    const values = input.numbers;
    const results = output.numbers;
    for (let row = 0; row < rows; row += 1) {
      const from = row * depth;
      const top = largest(values, from, depth);
      let sum = 0;
      for (let c = 0; c < depth; c += 1) {
        const difference = top - values[from + c]!;
        if (-difference >= smallest) sum = (sum + roundingDivideByPot(exponentials[difference]!, SUM_BITS)) | 0;
      }
      const { scale, bitsOverUnit } = reciprocal(sum, SUM_BITS);
      for (let c = 0; c < depth; c += 1) {
        const difference = top - values[from + c]!;
        const share = roundingDivideByPot(highMul(scale, exponentials[difference]!), bitsOverUnit + 31 - outputBits);
        results[from + c] = -difference >= smallest ? clamp(share + min, min, max) : min;
      }
    }
  };
}

/** int16 to int16, by two tables: exp over [-10, 0] and 1 / (1 + x) over [0, 1]. */
function prepareTables(context: KernelContext<Softmax>, input: Operand, output: Operand): Run {
  const { rows, depth } = rowsOf(input, output);
  need(input.zeroPoint === 0 && output.zeroPoint === 0, 'a zero point is not 0');
  const by = quantizeMultiplier((input.scale * fround(context.op.beta)) / (10 / 65535));
  const exponential = buildTable(
    { scale: fround(10 / 65535), zeroPoint: 32767 },
    { scale: fround(2 / 65535), zeroPoint: 0 },
    expSingle,
  );
  const inverse = buildTable(
    { scale: fround(1 / 65535), zeroPoint: -32768 },
    { scale: fround(2 / 65535), zeroPoint: 0 },
    (x) => fround(1 / fround(1 + x)),
  );
  return () => {
    const values = input.numbers;
    const results = output.numbers;
    const powers = new Int32Array(depth);
    for (let row = 0; row < rows; row += 1) {
      const from = row * depth;
      const top = largest(values, from, depth);
      let sum = 0;
      for (let c = 0; c < depth; c += 1) {
        const scaled = context.multiply(values[from + c]! - top, by) + 32767;
        powers[c] = lookUp(exponential, clamp(scaled, -32768, 32767));
        sum = (sum + powers[c]!) | 0;
      }
      const headroom = Math.clz32(sum);
      const shifted = Math.floor((sum * 2 ** (headroom - 1) + 2 ** 13) / 2 ** 14);
      const scale = lookUp(inverse, clamp(shifted - 98304, -32768, 32767));
      const shift = 31 - headroom;
      for (let c = 0; c < depth; c += 1) {
        const share = Math.floor((powers[c]! * scale + 2 ** (shift - 1)) / 2 ** shift);
        results[from + c] = clamp(share, 0, 32767);
      }
    }
  };
}

function prepareFloat(context: KernelContext<Softmax>, input: Operand, output: Operand): Run {
  const { rows, depth } = rowsOf(input, output);
  const beta = fround(context.op.beta);
  return () => {
    const values = input.numbers;
    const results = output.numbers;
    for (let row = 0; row < rows; row += 1) {
      const from = row * depth;
      const top = largest(values, from, depth);
      let sum = 0;
      for (let c = 0; c < depth; c += 1) {
        results[from + c] = expSingle(fround(fround(values[from + c]! - top) * beta));
        sum = fround(sum + results[from + c]!);
      }
      for (let c = 0; c < depth; c += 1) results[from + c] = fround(results[from + c]! / sum);
    }
  };
}

function prepareSoftmax(context: KernelContext<Softmax>): Run {
  const input = context.input(0);
  const output = context.output();
  const { axis, flattened } = context.op;
  need(!flattened && (axis === -1 || axis === input.rank - 1), 'it is not over the last axis');
  switch (`${input.dtype} ${output.dtype}`) {
    case 'int8 int8':
      need(output.zeroPoint === -128 && output.scale === 1 / 256, 'its output is not in 1/256 from -128');
      return prepareFixedPoint(context, input, output);
    case 'int8 int16':
      need(output.zeroPoint === -32768, 'its output zero point is not -32768');
      return prepareFixedPoint(context, input, output);
    case 'int16 int16':
      return prepareTables(context, input, output);
    case 'float32 float32':
      return prepareFloat(context, input, output);
    default:
      return refuseTypes(context);
  }
}

export const softmaxKernels: KernelTable = { Softmax: prepareSoftmax, LogSoftmax: prepareLogSoftmax };
