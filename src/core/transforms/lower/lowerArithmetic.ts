import { isFloat } from '../../ir/dtype';
import type { Node } from '../../ir/graph';
import type { Norm } from '../../ir/ops/normalization';
import type { CumSum } from '../../ir/ops/reduction';
import { ModelError } from '../../ir/errors';
import type { LowerContext } from './lowerContext';

/** Floored: of floats the quotient rounded down, of integers without the remainder that has the divisor's sign. */
export function floorDivision(context: LowerContext, isReal: boolean, x: string, y: string): string {
  if (isReal) return context.node('Floor', [context.node('Div', [x, y])]);
  return context.node('Div', [context.node('Sub', [x, context.node('Mod', [x, y])]), y]);
}

/**
 * The remainder with the divisor's sign. ONNX has it for integers; of floats it has C's, which is brought over by one
 * divisor where the signs differ (reference_ops::FloorMod).
 */
export function floorRemainder(context: LowerContext, isReal: boolean, x: string, y: string): string {
  if (!isReal) return context.node('Mod', [x, y]);
  const rest = context.node('Mod', [x, y], { ints: { fmod: 1 } });
  const zero = context.scalar(0);
  const differs = context.node('Xor', [context.node('Less', [rest, zero]), context.node('Less', [y, zero])]);
  const isNothing = context.node('Equal', [rest, zero]);
  const isOff = context.node('And', [differs, context.node('Not', [isNothing])]);
  return context.node('Where', [isOff, context.node('Add', [rest, y]), rest]);
}

/** Computed on reals, be they stored as integers or not. */
export function isRealTensor(context: LowerContext, id: number): boolean {
  return isFloat(context.tensor(id).dtype) || context.isRounded(id);
}

/** Each vector of the last axis to length 1; the kernel's smallest length is 1e-6 (reference_ops::L2Normalization). */
export function lowerL2Normalize(context: LowerContext, node: Node): void {
  const x = context.value(node.inputs[0]!);
  const length = context.node('ReduceL2', [x, ...context.axesInput([-1])], context.axesAttribute([-1], true));
  const bounded = context.node('Max', [length, context.scalar(1e-6)]);
  context.define(node.outputs[0]!, context.node('Div', [x, bounded]));
}

/** ONNX counts channels in the window and divides alpha by them; TFLite says how far it reaches. */
export function lowerLrn(context: LowerContext, node: Node): void {
  const { radius = 5, bias = 1, alpha = 1, beta = 0.5 } = node.source.attributes;
  const size = 2 * Number(radius) + 1;
  const value = context.node('LRN', [context.value(node.inputs[0]!, 'NCHW')], {
    ints: { size },
    floats: { bias: Number(bias), alpha: Number(alpha) * size, beta: Number(beta) },
  });
  context.define(node.outputs[0]!, value, 'NCHW');
}

const NORMS: Partial<Record<Norm['kind'], (context: LowerContext, node: Node) => void>> = {
  L2Normalize: lowerL2Normalize,
  Lrn: lowerLrn,
};

export function lowerNorm(context: LowerContext, node: Node, op: Norm): void {
  const lower = NORMS[op.kind];
  if (!lower) throw new ModelError('unsupported-operator', `${node.source.op} is not supported.`);
  lower(context, node);
}

export function lowerCumSum(context: LowerContext, node: Node, op: CumSum): void {
  const inputs = [context.value(node.inputs[0]!), context.int64(node.inputs[1]!)];
  const ints = { exclusive: op.exclusive ? 1 : 0, reverse: op.reverse ? 1 : 0 };
  context.define(node.outputs[0]!, context.node('CumSum', inputs, { ints }));
}

/** The angle of (x, y) from the arc tangent of y / x: half a turn is added left of the axis. */
export function lowerAtan2(context: LowerContext, node: Node): void {
  const [y, x] = [context.value(node.inputs[0]!), context.value(node.inputs[1]!)];
  const zero = context.scalar(0);
  const angle = context.node('Atan', [context.node('Div', [y, x])]);
  const half = context.node('Where', [
    context.node('Less', [y, zero]),
    context.scalar(-Math.PI),
    context.scalar(Math.PI),
  ]);
  const isLeft = context.node('Less', [x, zero]);
  const turned = context.node('Where', [isLeft, context.node('Add', [angle, half]), angle]);
  // 0 / 0 is no number, and the angle of nothing is 0.
  const isOrigin = context.node('And', [context.node('Equal', [x, zero]), context.node('Equal', [y, zero])]);
  context.define(node.outputs[0]!, context.node('Where', [isOrigin, zero, turned]));
}
