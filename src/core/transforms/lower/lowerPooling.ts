import type { Node } from '../../ir/graph';
import type { GlobalPool, Pool } from '../../ir/ops/pooling';
import { explicitPads, windowAxes } from './lowerConvolution';
import type { LowerContext } from './lowerContext';

export function lowerPool(context: LowerContext, node: Node, op: Pool): void {
  const x = node.inputs[0]!;
  const pads = explicitPads(op.padding, windowAxes(context.shape(x), op.window, op.strides, op.dilations));
  const window = { kernel_shape: op.window, strides: op.strides, pads };
  const input = context.value(x, 'NCHW');
  const value =
    op.mode === 'max' ? context.node('MaxPool', [input], { intLists: window }) : averaged(context, op, input, window);
  context.define(node.outputs[0]!, context.activate(value, op.activation), 'NCHW');
}

/** L2 pools are the root of the mean square. */
function averaged(
  context: LowerContext,
  op: Pool,
  input: string,
  window: Readonly<Record<string, readonly number[]>>,
): string {
  const attributes = { intLists: window, ints: { count_include_pad: 0 } };
  if (op.mode !== 'l2') return context.node('AveragePool', [input], attributes);
  const squares = context.node('Mul', [input, input]);
  return context.node('Sqrt', [context.node('AveragePool', [squares], attributes)]);
}

export function lowerGlobalPool(context: LowerContext, node: Node, op: GlobalPool): void {
  const name = op.mode === 'max' ? 'GlobalMaxPool' : 'GlobalAveragePool';
  context.define(node.outputs[0]!, context.node(name, [context.value(node.inputs[0]!, 'NCHW')]), 'NCHW');
}
