import type { Binary } from '../../../ir/ops/elementwise';
import { quantizedRange } from '../activationRange';
import { clamp } from '../fixedPoint';
import type { KernelContext, Run } from '../kernel';
import { quantizedBinary } from '../kernels/quantizedBinary';
import type { FastMemory } from './fastMemory';

/** Elements from which a table of all 65,536 pairs is worth its making. */
const WORTH_A_TABLE = 2048;

/** int8 operators of two operands of one shape, by a table of all pairs; null for what the plain kernel must do. */
export function fastBinary(context: KernelContext<Binary>, memory: FastMemory): Run | null {
  const [a, b, output] = [context.input(0), context.input(1), context.output()];
  const operands = [a, b, output];
  const isSame = operands.every(
    ({ dtype, shape, isConstant }) => dtype === 'int8' && !isConstant && shape.join() === output.shape.join(),
  );
  if (!isSame || output.count < WORTH_A_TABLE) return null;
  const combine = quantizedBinary(context);
  const { min, max } = quantizedRange(context.op.activation, output);
  const table = new Int8Array(65536);
  for (let x = -128; x < 128; x += 1) {
    for (let y = -128; y < 128; y += 1) table[((x & 0xff) << 8) | (y & 0xff)] = clamp(combine(x, y), min, max);
  }
  const address = memory.place(table);
  const run = memory.exports.combine;
  return () => run(a.address, b.address, address, output.address, output.count);
}
