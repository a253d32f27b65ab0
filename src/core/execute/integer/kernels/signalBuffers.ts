import { clamp } from '../fixedPoint';
import { need, type KernelContext, type Prepare, type Run } from '../kernel';
import type { Operand } from '../operand';
import { needType, option, signalOptions } from './signalOptions';

/**
 * The audio operators that keep samples from one run to the next. Source: tflite-micro signal/micro/kernels
 * {delay,stacker,framer,overlap_add}.cc and signal/src/{circular_buffer,overlap_add}.cc.
 */

/** Samples kept by an operator are few; an option that asks for more is damaged. */
const MAX_KEPT = 2 ** 24;

/** A count among the options, checked to be sensible. */
function count(options: readonly number[], index: number, least: number): number {
  const value = option(options, index);
  need(value >= least && value <= MAX_KEPT, 'one of its options is out of range');
  return value;
}

/** Rows along the last dimension of an operand. */
function rowsOf(operand: Operand): { readonly rows: number; readonly length: number } {
  const length = operand.shape.at(-1) ?? 0;
  need(length > 0, 'its input is empty');
  return { rows: operand.count / length, length };
}

function zeros(length: number): readonly number[] {
  return new Array<number>(length).fill(0);
}

/** A queue of samples a row, put back to its first state by a reset. */
function queues(context: KernelContext, rows: number, first: readonly number[]): readonly number[][] {
  const kept = Array.from({ length: rows }, (): number[] => []);
  context.onReset(() => {
    for (const queue of kept) queue.splice(0, queue.length, ...first);
  });
  return kept;
}

function prepareDelay(context: KernelContext): Run {
  const input = needType(context.input(0), 'int16');
  const output = needType(context.output(), 'int16');
  const delay = count(signalOptions(context), 0, 0);
  const { rows, length } = rowsOf(input);
  need(output.count === input.count, 'its output does not fit its input');
  const kept = queues(context, rows, zeros(delay));
  return () => {
    for (const [row, queue] of kept.entries()) {
      queue.push(...input.numbers.subarray(row * length, (row + 1) * length));
      output.numbers.set(queue.splice(0, length), row * length);
    }
  };
}

/** Joins each frame with those before and after it; the first is repeated in place of those before. */
function prepareStacker(context: KernelContext): Run {
  const input = needType(context.input(0), 'int16');
  const output = needType(context.output(0), 'int16');
  const isValid = needType(context.output(1), 'bool');
  const options = signalOptions(context);
  const [channels, left, right] = [count(options, 0, 1), count(options, 1, 0), count(options, 2, 0)];
  const size = channels * (left + right + 1);
  const step = channels * count(options, 3, 0);
  need(input.count >= channels && output.count >= size && step <= size, 'its operands do not fit its options');
  const [kept] = queues(context, 1, []) as [number[]];
  let hasFirst = false;
  context.onReset(() => {
    hasFirst = false;
  });
  return () => {
    const frame = input.numbers.subarray(0, channels);
    kept.push(...frame);
    for (let i = 0; !hasFirst && i < left; i += 1) kept.push(...frame);
    hasFirst = true;
    const isFull = kept.length >= size;
    isValid.numbers[0] = isFull ? 1 : 0;
    if (!isFull) return;
    output.numbers.set(kept.slice(0, size));
    kept.splice(0, step);
  };
}

/** Cuts a stream into frames that overlap. Frames that are not full yet leave their output as it was. */
function prepareFramer(context: KernelContext): Run {
  const input = needType(context.input(0), 'int16');
  const output = needType(context.output(0), 'int16');
  const isValid = needType(context.output(1), 'bool');
  const options = signalOptions(context);
  const [size, step] = [count(options, 0, 1), count(options, 1, 1)];
  const { rows, length } = rowsOf(input);
  const frames = length / step;
  need(step <= size && Number.isInteger(frames), 'its input is not a number of whole steps');
  need(output.count === rows * frames * size, 'its output does not fit its input');
  const kept = queues(context, rows, option(options, 2) === 0 ? [] : zeros(size - step));
  return () => {
    isValid.numbers[0] = 1;
    for (let index = 0; index < rows * frames; index += 1) {
      const queue = kept[Math.floor(index / frames)]!;
      queue.push(...input.numbers.subarray(index * step, (index + 1) * step));
      if (queue.length >= size) {
        output.numbers.set(queue.slice(0, size), index * size);
        queue.splice(0, step);
      } else {
        isValid.numbers[0] = 0;
      }
    }
  };
}

/** Adds frames that overlap into a stream, saturating. */
function prepareOverlapAdd(context: KernelContext): Run {
  const input = needType(context.input(0), 'int16');
  const output = needType(context.output(), 'int16');
  const step = count(signalOptions(context), 1, 1);
  const { rows: frames, length: size } = rowsOf(input);
  const perRow = input.shape.at(-2) ?? 1;
  need(step <= size && output.count === frames * step, 'its output does not fit its input');
  const kept = queues(context, frames / Math.max(1, perRow), zeros(size));
  return () => {
    for (let frame = 0; frame < frames; frame += 1) {
      const sums = kept[Math.floor(frame / perRow)]!;
      for (let i = 0; i < size; i += 1) sums[i] = clamp(sums[i]! + input.numbers[frame * size + i]!, -32768, 32767);
      output.numbers.set(sums.splice(0, step), frame * step);
      sums.push(...zeros(step));
    }
  };
}

/** By the name of the custom operator. */
export const signalBufferKernels: Readonly<Record<string, Prepare>> = {
  SignalDelay: prepareDelay,
  SignalStacker: prepareStacker,
  SignalFramer: prepareFramer,
  SignalOverlapAdd: prepareOverlapAdd,
};
