import type { CumSum } from '../../../ir/ops/reduction';
import { clamp, quantizeMultiplier } from '../fixedPoint';
import { need, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';
import { countAxis } from './reduction';

/** CUMSUM and ADD_N. Source: TFLite reference/{cumsum,add_n}.h, TFLM cumsum.cc and add_n.cc. */

/** How a running sum grows by a stored value, and what of it is stored. */
interface Running {
  readonly start: number;
  readonly add: (sum: number, x: number) => number;
  readonly store: (sum: number) => number;
}

const FLOAT_RUNNING: Running = { start: 0, add: (sum, x) => Math.fround(sum + x), store: (sum) => sum };

/** int8 sums as ADD does; the sum starts at the real value of a stored 0. */
function integerRunning(context: KernelContext, input: Operand, output: Operand): Running {
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

/** ADD_N sums its operands, all quantized alike, as CUMSUM sums along its axis. */
export function prepareAddN(context: KernelContext): Run {
  const inputs = context.inputs.map((_, index) => context.input(index));
  const output = context.output();
  const first = context.input(0);
  const isFloat = output.dtype === 'float32';
  if (!isFloat && output.dtype !== 'int8') return refuseTypes(context);
  need(
    inputs.length >= 2 && inputs.every(({ dtype, count }) => dtype === output.dtype && count === output.count),
    'its operands do not fit together',
  );
  need(
    inputs.every(({ scale, zeroPoint }) => scale === first.scale && zeroPoint === first.zeroPoint),
    'its operands differ in scale',
  );
  const running = isFloat ? FLOAT_RUNNING : integerRunning(context, first, output);
  return () => {
    const results = output.numbers;
    const values = inputs.map((input) => input.numbers);
    for (let i = 0; i < results.length; i += 1) {
      results[i] = running.store(values.reduce((sum, value) => running.add(sum, value[i]!), running.start));
    }
  };
}

export const cumulatingKernels: KernelTable = { CumSum: prepare };
