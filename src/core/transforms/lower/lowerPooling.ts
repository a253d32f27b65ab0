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
    op.mode === 'max'
      ? context.node('MaxPool', [input], { intLists: window })
      : context.node('AveragePool', [input], { intLists: window, ints: { count_include_pad: 0 } });
  context.define(node.outputs[0]!, context.activate(value, op.activation), 'NCHW');
}

export function lowerGlobalPool(context: LowerContext, node: Node, op: GlobalPool): void {
  const name = op.mode === 'max' ? 'GlobalMaxPool' : 'GlobalAveragePool';
  context.define(node.outputs[0]!, context.node(name, [context.value(node.inputs[0]!, 'NCHW')]), 'NCHW');
}
