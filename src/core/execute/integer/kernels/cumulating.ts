import type { CumSum } from '../../../ir/ops/reduction';
import { clamp, quantizeMultiplier } from '../fixedPoint';
import { need, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';
import { countAxis } from './reduction';

/** CUMSUM. Source: TFLite reference/cumsum.h and TFLM cumsum.cc. */

/** How a running sum grows by a stored value, and what of it is stored. */
interface Running {
  readonly start: number;
  readonly add: (sum: number, x: number) => number;
  readonly store: (sum: number) => number;
}

const FLOAT_RUNNING: Running = { start: 0, add: (sum, x) => Math.fround(sum + x), store: (sum) => sum };

/** int8 sums as ADD does; the sum starts at the real value of a stored 0. */
function integerRunning(context: KernelContext<CumSum>, input: Operand, output: Operand): Running {
  const gain = 2 ** 20;
  const twice = 2 * input.scale;
  const byInput = quantizeMultiplier(input.scale / twice);
  const byOutput = quantizeMultiplier(twice / (gain * output.scale));
  const scaled = (x: number): number => context.multiply(((x - input.zeroPoint) * gain) | 0, byInput);
  return {
    start: scaled(0),
    add: (sum, x) => (sum + scaled(x)) | 0,
    store: (sum) => clamp(context.multiply(sum, byOutput) + output.zeroPoint, -128, 127),
  };
}

function prepare(context: KernelContext<CumSum>): Run {
  const input = context.input(0);
  const output = context.output();
  const axisOperand = context.input(1);
  const { exclusive, reverse } = context.op;
  need(axisOperand.isConstant && axisOperand.dtype === 'int32', 'its axis is not a constant int32');
  const isFloat = input.dtype === 'float32';
  if (input.dtype !== output.dtype || (!isFloat && input.dtype !== 'int8')) return refuseTypes(context);
  const axis = countAxis(axisOperand.numbers[0]!, input.rank);
  const extent = input.shape[axis]!;
  const inner = input.shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  need(output.count === input.count, 'its output does not fit its input');
  const running = isFloat ? FLOAT_RUNNING : integerRunning(context, input, output);
  const lines = extent === 0 ? 0 : input.count / extent;
  return () => {
    const values = input.numbers;
    const results = output.numbers;
    for (let line = 0; line < lines; line += 1) {
      const first = Math.floor(line / inner) * extent * inner + (line % inner);
      let sum = running.start;
      for (let j = 0; j < extent; j += 1) {
        const at = first + (reverse ? extent - 1 - j : j) * inner;
        const grown = running.add(sum, values[at]!);
        results[at] = running.store(exclusive ? sum : grown);
        sum = grown;
      }
    }
  };
}

export const cumulatingKernels: KernelTable = { CumSum: prepare };
