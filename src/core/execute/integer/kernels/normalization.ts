import type { Norm } from '../../../ir/ops/normalization';
import { clamp } from '../fixedPoint';
import { inverseSquareRoot } from '../gemmlowp';
import { need, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import { rowsOf } from './differences';

/** L2_NORMALIZATION over the last axis. Source: TFLite reference/{,integer_ops/}l2normalization.h. */

const fround = Math.fround;

function prepare(context: KernelContext<Norm>): Run {
  const input = context.input(0);
  const output = context.output();
  need(context.op.axis === -1 || context.op.axis === input.rank - 1, 'it is not over the last axis');
  const { rows, depth } = rowsOf(input, output);
  if (input.dtype === 'float32' && output.dtype === 'float32') {
    const epsilon = fround(1e-6);
    return () => {
      const values = input.numbers;
      const results = output.numbers;
      for (let from = 0; from < rows * depth; from += depth) {
        let sum = 0;
        for (let c = from; c < from + depth; c += 1) sum = fround(sum + fround(values[c]! * values[c]!));
        const length = Math.max(fround(Math.sqrt(sum)), epsilon);
        for (let c = from; c < from + depth; c += 1) results[c] = values[c]! / length;
      }
    };
  }
  if (input.dtype !== 'int8' || output.dtype !== 'int8') return refuseTypes(context);
  const zero = input.zeroPoint;
  return () => {
    const values = input.numbers;
    const results = output.numbers;
    for (let from = 0; from < rows * depth; from += depth) {
      let sum = 0;
      for (let c = from; c < from + depth; c += 1) sum += (values[c]! - zero) * (values[c]! - zero);
      const { multiplier, shift } = inverseSquareRoot(sum | 0);
      // The output scale is 1/128.
      const by = { multiplier, shift: shift + 7 };
      for (let c = from; c < from + depth; c += 1) {
        results[c] = clamp(context.multiply(values[c]! - zero, by), -128, 127);
      }
    }
  };
}

export const normalizationKernels: KernelTable = { L2Normalize: prepare };
