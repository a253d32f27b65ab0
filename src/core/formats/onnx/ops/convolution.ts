import type { ConvolutionOp, IntegerConv } from '../../../ir/ops/convolution';
import type { NodeView, OpTable } from './nodeView';
import { spatialRankOf, windowOf } from './window';

const KINDS = ['Conv1d', 'Conv2d', 'Conv3d'] as const;

export const CONVOLUTION_OPS: OpTable = {
  Conv: conv,
  ConvTranspose: convTranspose,
  QLinearConv: (node) => integerConv(node, 'QLinearConv', 3),
  ConvInteger: (node) => integerConv(node, 'ConvInteger', 1),
};

function conv(node: NodeView): ConvolutionOp | null {
  const spatialRank = spatialRankOf(node, 1);
  const kind = spatialRank === null ? undefined : KINDS[spatialRank - 1];
  const window = kind && spatialRank !== null ? windowOf(node, spatialRank) : null;
  if (!kind || !window) return null;
  const groups = node.number('group', 1);
  const multiplier = kind === 'Conv2d' ? depthMultiplier(node, groups) : null;
  const common = { layout: 'NCHW', ...window, activation: 'none' } as const;
  return multiplier === null ? { kind, groups, ...common } : { kind: 'DepthwiseConv2d', multiplier, ...common };
}

function integerConv(node: NodeView, kind: IntegerConv['kind'], weights: number): IntegerConv | null {
  const spatialRank = spatialRankOf(node, weights);
  const window = spatialRank === null ? null : windowOf(node, spatialRank);
  return window && { kind, layout: 'NCHW', ...window, activation: 'none', groups: node.number('group', 1) };
}

/** Filters a channel when every group is one input channel (weights M·1·H·W); null for any other convolution. */
function depthMultiplier(node: NodeView, groups: number): number | null {
  const [filters, channelsInGroup] = node.shape(1) ?? [];
  if (groups < 2 || channelsInGroup !== 1 || typeof filters !== 'number' || filters % groups !== 0) return null;
  return filters / groups;
}

function convTranspose(node: NodeView): ConvolutionOp | null {
  const window = spatialRankOf(node, 1) === 2 ? windowOf(node, 2) : null;
  // An explicit output shape derives the padding from itself: no padding we could state without the input.
  if (!window || node.has('output_shape')) return null;
  return {
    kind: 'TransposeConv2d',
    layout: 'NCHW',
    ...window,
    activation: 'none',
    groups: node.number('group', 1),
    outputPadding: node.numbers('output_padding') ?? [0, 0],
  };
}
