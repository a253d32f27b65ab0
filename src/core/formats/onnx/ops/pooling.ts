import type { PoolingOp } from '../../../ir/ops/pooling';
import type { NodeView, OpTable } from './nodeView';
import { windowOf } from './window';

export const POOLING_OPS: OpTable = {
  AveragePool: (node) => pool(node, 'average'),
  MaxPool: (node) => pool(node, 'max'),
  LpPool: (node) => (node.number('p', 2) === 2 ? pool(node, 'l2') : null),
  GlobalAveragePool: () => ({ kind: 'GlobalPool', mode: 'average', layout: 'NCHW' }),
  GlobalMaxPool: () => ({ kind: 'GlobalPool', mode: 'max', layout: 'NCHW' }),
  GlobalLpPool: (node) => (node.number('p', 2) === 2 ? { kind: 'GlobalPool', mode: 'l2', layout: 'NCHW' } : null),
};

function pool(node: NodeView, mode: 'average' | 'max' | 'l2'): PoolingOp | null {
  const kernel = node.numbers('kernel_shape');
  const window = kernel ? windowOf(node, kernel.length) : null;
  if (!kernel || !window) return null;
  return {
    kind: 'Pool',
    mode,
    layout: 'NCHW',
    window: kernel,
    ...window,
    ceil: node.flag('ceil_mode'),
    countPadding: node.flag('count_include_pad'),
    activation: 'none',
  };
}
