import type { NormalizationOp } from '../../../ir/ops/normalization';
import type { NodeView, OpTable } from './nodeView';

export const NORMALIZATION_OPS: OpTable = {
  BatchNormalization: batchNorm,
  LayerNormalization: (node) => norm(node, 'LayerNorm', -1),
  RMSNormalization: (node) => norm(node, 'RmsNorm', -1),
  InstanceNormalization: (node) => norm(node, 'InstanceNorm', 1),
  GroupNormalization: (node) => norm(node, 'GroupNorm', 1),
  LpNormalization: (node) =>
    node.number('p', 2) === 2 ? { kind: 'L2Normalize', epsilon: 0, axis: node.number('axis', -1) } : null,
  LRN: () => ({ kind: 'Lrn', epsilon: 0, axis: 1 }),
};

function norm(
  node: NodeView,
  kind: 'LayerNorm' | 'RmsNorm' | 'InstanceNorm' | 'GroupNorm',
  axis: number,
): NormalizationOp {
  return { kind, epsilon: node.number('epsilon', 1e-5), axis: node.number('axis', axis) };
}

/** In training form it has more outputs and changes its own statistics; per-activation form is `spatial` = 0. */
function batchNorm(node: NodeView): NormalizationOp | null {
  const trains = node.flag('training_mode') || node.outputCount > 1 || !node.flag('spatial', true);
  return trains ? null : { kind: 'BatchNorm', epsilon: node.number('epsilon', 1e-5) };
}
