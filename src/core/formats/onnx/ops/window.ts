import type { Padding } from '../../../ir/ops/common';
import type { NodeView } from './nodeView';

/** What convolutions and pools have in common: how a window moves over the spatial dimensions. */
export interface Window {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: Padding;
}

export function windowOf(node: NodeView, spatialRank: number): Window | null {
  const ones = new Array<number>(spatialRank).fill(1);
  const strides = node.numbers('strides') ?? ones;
  const dilations = node.numbers('dilations') ?? ones;
  const padding = paddingOf(node, spatialRank);
  const fits = strides.length === spatialRank && dilations.length === spatialRank && padding !== null;
  return fits ? { strides, dilations, padding } : null;
}

/** `auto_pad` and `pads` (begins, then ends) of the convolution and pooling operators. */
function paddingOf(node: NodeView, spatialRank: number): Padding | null {
  switch (node.text('auto_pad', 'NOTSET')) {
    case 'SAME_UPPER':
      return { kind: 'same', odd: 'upper' };
    case 'SAME_LOWER':
      return { kind: 'same', odd: 'lower' };
    case 'VALID':
      return { kind: 'valid' };
    default: {
      const pads = node.numbers('pads');
      if (pads === null || pads.every((pad) => pad === 0)) return { kind: 'valid' };
      if (pads.length !== 2 * spatialRank) return null;
      return { kind: 'explicit', begin: pads.slice(0, spatialRank), end: pads.slice(spatialRank) };
    }
  }
}

/** Number of spatial dimensions, from the kernel, the weights or the input, whichever is known; null if none is. */
export function spatialRankOf(node: NodeView, weightsInput: number | null): number | null {
  const kernel = node.numbers('kernel_shape');
  if (kernel) return kernel.length;
  const rank = (weightsInput === null ? null : node.rank(weightsInput)) ?? node.rank(0);
  return rank === null ? null : rank - 2;
}
