import { ModelError } from '../../../ir/errors';
import type { Plain } from '../../../ir/ops/rearrange';
import { need, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { NumberArray } from '../storage';

/** Operators that make a tensor from a shape or a value. Source: TFLM {fill,zeros_like,shape,broadcast_args}.cc. */

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

/** BROADCAST_ARGS: two shapes in, the shape that they broadcast to out. */
export function prepareBroadcastArgs(context: KernelContext): Run {
  const [a, b, output] = [context.input(0), context.input(1), context.output()];
  const isHeld = a.dtype === 'int32' || a.dtype === 'int64';
  if (!isHeld || a.dtype !== b.dtype || a.dtype !== output.dtype) return refuseTypes(context);
  return () => {
    const results = output.elements;
    for (let i = 1; i <= results.length; i += 1) {
      const [x, y] = [a, b].map((shape) => Number(shape.elements.at(-i) ?? 1)) as [number, number];
      if (x !== 1 && y !== 1 && x !== y) {
        throw new ModelError('bad-data', 'BROADCAST_ARGS was given shapes that do not broadcast.');
      }
      const wider = x === 1 ? y : x;
      const at = results.length - i;
      if (results instanceof BigInt64Array) results[at] = BigInt(wider);
      else (results as NumberArray)[at] = wider;
    }
  };
}

export const makingKernels: KernelTable = { Fill: prepareFill, ZerosLike: prepareZeros, Shape: prepareShape };
