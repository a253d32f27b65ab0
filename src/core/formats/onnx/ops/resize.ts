import type { Resize } from '../../../ir/ops/rearrange';
import type { NodeView, OpTable } from './nodeView';

export const RESIZE_OPS: OpTable = { Resize: resize, Upsample: resize };

const MODES: Readonly<Record<string, Resize['mode']>> = {
  nearest: 'nearest',
  linear: 'linear',
  bilinear: 'linear',
  cubic: 'cubic',
};

/** Upsample and Resize of opset 10 have one way to place samples; since 11 the attributes say which. */
function resize(node: NodeView): Resize | null {
  const mode = MODES[node.text('mode', 'nearest')];
  if (!mode) return null;
  const isFixed = node.op === 'Upsample' || node.opset < 11;
  const coordinates = isFixed ? 'asymmetric' : node.text('coordinate_transformation_mode', 'half_pixel');
  return {
    kind: 'Resize',
    layout: 'NCHW',
    mode,
    alignCorners: coordinates === 'align_corners',
    halfPixelCenters: coordinates.includes('half_pixel'),
    coordinates,
    ...(mode === 'nearest' ? { nearestMode: isFixed ? 'floor' : node.text('nearest_mode', 'round_prefer_floor') } : {}),
  };
}
