import type { Plain } from '../../../ir/ops/rearrange';
import { need, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { NumberArray } from '../storage';

/** Operators that make a tensor from a shape or a value. Source: TFLM fill.cc, zeros_like.cc and shape.cc. */

/** FILL: dims, value. */
function prepareFill(context: KernelContext<Plain>): Run {
  const value = context.input(1);
  const output = context.output();
  need(value.count === 1 && value.dtype === output.dtype, 'its value is not one element of the output');
  return () => (output.elements as NumberArray).fill((value.elements as NumberArray)[0]!);
}

function prepareZeros(context: KernelContext<Plain>): Run {
  const output = context.output();
  return () => output.bytes.fill(0);
}

function prepareShape(context: KernelContext<Plain>): Run {
  const { shape } = context.input(0);
  const output = context.output();
  if (output.dtype !== 'int32') return refuseTypes(context);
  need(output.count === shape.length, 'its output does not fit its input');
  return () => output.numbers.set(shape);
}

export const makingKernels: KernelTable = { Fill: prepareFill, ZerosLike: prepareZeros, Shape: prepareShape };
