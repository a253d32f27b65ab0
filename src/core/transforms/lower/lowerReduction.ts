import { ModelError } from '../../ir/errors';
import type { Node } from '../../ir/graph';
import type { ArgReduce, Reduce } from '../../ir/ops/reduction';
import { NCHW_AXIS } from './constantLayout';
import type { LowerContext } from './lowerContext';

const REDUCE: Partial<Record<Reduce['fn'], string>> = {
  sum: 'ReduceSum',
  mean: 'ReduceMean',
  max: 'ReduceMax',
  min: 'ReduceMin',
  prod: 'ReduceProd',
  any: 'ReduceMax',
  all: 'ReduceMin',
};

export function lowerReduce(context: LowerContext, node: Node, op: Reduce): void {
  const name = REDUCE[op.fn];
  if (!name) throw new ModelError('unsupported-operator', `${node.source.op} is not supported.`);
  const x = node.inputs[0]!;
  const rank = context.rank(x);
  if (!op.axes && node.inputs.length > 1 && !context.isConstant(node.inputs[1]!))
    throw new ModelError('unsupported-operator', `${node.source.op} over axes known only at run time.`);
  const axes = (op.axes ?? Array.from({ length: rank }, (_, i) => i)).map((axis) => (axis < 0 ? axis + rank : axis));
  // With the plane gone, what is left of NCHW (N, C) is in the file's order.
  const isPlane = axes.length === 2 && axes.includes(1) && axes.includes(2);
  const preferred = context.preferredLayout([x]);
  const layout = op.keepDims || isPlane ? preferred : 'file';
  const places = layout === 'NCHW' ? axes.map((axis) => NCHW_AXIS[axis]!) : axes;
  const input = context.value(x, layout);
  const value = reduced(context, { name, input, places }, op);
  context.define(node.outputs[0]!, value, op.keepDims ? layout : 'file');
}

function reduced(
  context: LowerContext,
  { name, input, places }: { name: string; input: string; places: readonly number[] },
  op: Reduce,
): string {
  const isLogic = op.fn === 'any' || op.fn === 'all';
  const x = isLogic ? context.node('Cast', [input], { ints: { to: 6 } }) : input;
  // ReduceSum takes its axes as an input from opset 13, the others from 18.
  const value =
    op.fn === 'sum'
      ? context.node(name, [x, context.integers(places)], { ints: { keepdims: op.keepDims ? 1 : 0 } })
      : context.node(name, [x, ...context.axesInput(places)], context.axesAttribute(places, op.keepDims));
  return isLogic ? context.node('Cast', [value], { ints: { to: 9 } }) : value;
}

export function lowerArgReduce(context: LowerContext, node: Node, op: ArgReduce): void {
  if (op.axis === null)
    throw new ModelError('unsupported-operator', `${node.source.op} without a constant axis is not supported.`);
  const ints = { axis: op.axis, keepdims: op.keepDims ? 1 : 0 };
  const value = context.node(op.kind, [context.value(node.inputs[0]!)], { ints });
  const type = op.output === 'int32' ? context.node('Cast', [value], { ints: { to: 6 } }) : value;
  context.define(node.outputs[0]!, type);
}
