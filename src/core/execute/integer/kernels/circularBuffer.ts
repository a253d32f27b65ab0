import { need, Pause, refuse, type KernelContext, type Run } from '../kernel';
import type { Operand } from '../operand';
import { needType, option, signalOptions } from './signalOptions';

/**
 * CIRCULAR_BUFFER: keeps the last inputs in its output, a variable tensor, and ends the run early in all but every
 * `cycles_max`-th. Source: TFLM circular_buffer.cc and circular_buffer_common.cc.
 */

/** Runs from one that goes on to the next. Without the option TFLM tells its streaming models by their shapes. */
function periodOf(context: KernelContext, output: Operand): number {
  const given = option(signalOptions(context), 0);
  if (given > 0) return given;
  const [, slots, rows, depth] = output.shape;
  if (slots === 5 || slots === 13 || slots === 25) return 1;
  return rows === 2 && depth === 96 ? refuse('its period depends on how many others there are') : 2;
}

export function prepareCircularBuffer(context: KernelContext): Run {
  const input = needType(context.input(0), 'int8');
  const output = needType(context.output(), 'int8');
  need(input.rank === 4 && output.rank === 4 && input.shape[1] === 1, 'its operands are not 4-D with one row in');
  need(output.count === input.count * output.shape[1]!, 'its output does not fit its input');
  need(output.tensor.isVariable, 'its output is not a variable tensor');
  const period = periodOf(context, output);
  let left = period;
  context.onReset(() => {
    left = period;
  });
  return () => {
    output.numbers.copyWithin(0, input.count);
    output.numbers.set(input.numbers, output.count - input.count);
    left -= 1;
    if (left > 0) throw new Pause();
    left = period;
  };
}
