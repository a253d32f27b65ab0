import type { ArgReduce, Reduce } from '../../../ir/ops/reduction';
import { storedRange } from '../activationRange';
import { clamp, quantizeMultiplier } from '../fixedPoint';
import { need, refuse, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';
import type { NumberArray } from '../storage';

/** Reductions. Source: TFLite reference/reduce.h and arg_min_max.h, TFLM reduce_common.cc. */

const fround = Math.fround;

export function countAxis(axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  need(counted >= 0 && counted < Math.max(1, rank), 'its axis is out of range');
  return counted;
}

/** For each input element, the output element that it goes into. */
function targets(context: KernelContext<Reduce>, input: Operand, output: Operand): Int32Array {
  const axes = context.op.axes ?? refuse('its axes are not constants');
  const reduced = new Set(input.rank === 0 ? [] : axes.map((axis) => countAxis(axis, input.rank)));
  let into = Int32Array.of(0);
  let size = 1;
  for (const [axis, dim] of input.shape.entries()) {
    const keeps = !reduced.has(axis);
    const next = new Int32Array(into.length * dim);
    for (let i = 0; i < into.length; i += 1) {
      for (let j = 0; j < dim; j += 1) next[i * dim + j] = keeps ? into[i]! * dim + j : into[i]!;
    }
    into = next;
    if (keeps) size *= dim;
  }
  need(size === output.count, 'its output does not fit its axes');
  return into;
}

function fold(
  input: Operand,
  into: Int32Array,
  results: NumberArray,
  start: number,
  step: (sum: number, x: number) => number,
): void {
  const values = input.numbers;
  results.fill(start);
  for (let i = 0; i < into.length; i += 1) results[into[i]!] = step(results[into[i]!]!, values[i]!);
}

function prepareSumOrMean(context: KernelContext<Reduce>, input: Operand, output: Operand): Run {
  const into = targets(context, input, output);
  const count = input.count / Math.max(1, output.count);
  const isMean = context.op.fn === 'mean';
  if (output.dtype === 'float32') {
    return () => {
      const results = output.numbers;
      fold(input, into, results, 0, (sum, x) => fround(sum + x));
      if (isMean) for (let i = 0; i < results.length; i += 1) results[i] = results[i]! / count;
    };
  }
  const { min, max } = storedRange(output);
  let by = quantizeMultiplier(input.scale / output.scale);
  if (isMean) {
    const shift = Math.min(31 - Math.clz32(count), 32, 31 + by.shift);
    const multiplier = Number((BigInt(by.multiplier) << BigInt(shift)) / BigInt(count));
    by = { multiplier: multiplier | 0, shift: by.shift - shift };
  }
  const sums = new Int32Array(output.count);
  return () => {
    fold(input, into, sums, 0, (sum, x) => (sum + x) | 0);
    const results = output.numbers;
    for (let i = 0; i < results.length; i += 1) {
      const sum = (sums[i]! - input.zeroPoint * count) | 0;
      results[i] = clamp(context.multiply(sum, by) + output.zeroPoint, min, max);
    }
  };
}

function prepareExtreme(context: KernelContext<Reduce>, input: Operand, output: Operand): Run {
  const isMax = context.op.fn === 'max';
  if (input.dtype !== 'float32') {
    need(input.dtype === 'int8', 'there is a kernel for float32 and int8 only');
    need(input.scale === output.scale && input.zeroPoint === output.zeroPoint, 'input and output differ in scale');
  }
  const into = targets(context, input, output);
  const range =
    input.dtype === 'int8' ? storedRange(input) : { min: -3.4028234663852886e38, max: 3.4028234663852886e38 };
  return () =>
    fold(input, into, output.numbers, isMax ? range.min : range.max, (best, x) =>
      isMax ? (x > best ? x : best) : x < best ? x : best,
    );
}

function prepareReduce(context: KernelContext<Reduce>): Run {
  const { fn } = context.op;
  const input = context.input(0);
  const output = context.output();
  if (input.dtype !== output.dtype) return refuseTypes(context);
  if (fn === 'all' && input.dtype === 'bool') {
    const into = targets(context, input, output);
    return () => fold(input, into, output.numbers, 1, (all, x) => (all !== 0 && x !== 0 ? 1 : 0));
  }
  if (fn === 'max' || fn === 'min') return prepareExtreme(context, input, output);
  const isSummed = fn === 'sum' || fn === 'mean';
  const isHeld = input.dtype === 'float32' || input.dtype === 'int8' || input.dtype === 'int16';
  return isSummed && isHeld ? prepareSumOrMean(context, input, output) : refuseTypes(context);
}

function prepareArg(context: KernelContext<ArgReduce>): Run {
  const input = context.input(0);
  const output = context.output();
  if ((input.dtype !== 'float32' && input.dtype !== 'int8') || output.dtype !== 'int32') return refuseTypes(context);
  const axis = countAxis(context.op.axis ?? refuse('its axis is not a constant'), input.rank);
  const extent = input.shape[axis]!;
  const inner = input.shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  need(extent > 0 && output.count * extent === input.count, 'its output does not fit its input');
  const isMax = context.op.kind === 'ArgMax';
  return () => {
    const values = input.numbers;
    const results = output.numbers;
    for (let i = 0; i < results.length; i += 1) {
      const first = Math.floor(i / inner) * extent * inner + (i % inner);
      let best = 0;
      for (let j = 1; j < extent; j += 1) {
        const value = values[first + j * inner]!;
        const leader = values[first + best * inner]!;
        if (isMax ? value > leader : value < leader) best = j;
      }
      results[i] = best;
    }
  };
}

export const reductionKernels: KernelTable = {
  Reduce: prepareReduce,
  ArgMax: prepareArg,
  ArgMin: prepareArg,
};
