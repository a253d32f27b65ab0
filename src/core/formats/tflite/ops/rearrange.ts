import type { Op } from '../../../ir/ops/op';
import type { Plain, Resize } from '../../../ir/ops/rearrange';
import { dtypeOf } from '../schema/elementTypes';
import type { MapperTable, OperatorMapper, OperatorView } from './mapper';
import { activationOf, flagOf, numberOf, numbersOf } from './mapper';

function plain(kind: Plain['kind']): OperatorMapper {
  return () => ({ kind });
}

/** The second operand is the shape; without one, files of old converters give it as `new_shape`. */
function reshape(operator: OperatorView): Op {
  const attribute = numbersOf(operator.attributes.new_shape);
  const shape = operator.inputs[1] ? operator.integers(1) : attribute;
  return { kind: 'Reshape', shape, zeroCopies: false };
}

/** Paddings are pairs: before and after, a dimension a row. */
function pad(mode: 'constant' | 'reflect' | 'symmetric', operator: OperatorView): Op {
  const pairs = operator.integers(1);
  return {
    kind: 'Pad',
    mode,
    before: pairs?.filter((_, i) => i % 2 === 0) ?? null,
    after: pairs?.filter((_, i) => i % 2 === 1) ?? null,
  };
}

function mirrorPad(operator: OperatorView): Op | null {
  const mode = operator.attributes.mode ?? 'REFLECT';
  if (mode === 'REFLECT') return pad('reflect', operator);
  return mode === 'SYMMETRIC' ? pad('symmetric', operator) : null;
}

/** SPLIT: axis, x. The axis must be a constant for the operator to mean one thing. */
function split(operator: OperatorView): Op | null {
  const axis = operator.integers(0)?.[0];
  return axis === undefined ? null : { kind: 'Split', axis, sizes: null };
}

/** SPLIT_V: x, sizes, axis. */
function splitSizes(operator: OperatorView): Op | null {
  const axis = operator.integers(2)?.[0];
  return axis === undefined ? null : { kind: 'Split', axis, sizes: operator.integers(1) };
}

function concat(operator: OperatorView): Op | null {
  const activation = activationOf(operator);
  return activation && { kind: 'Concat', axis: numberOf(operator, 'axis'), activation };
}

function block(kind: 'SpaceToDepth' | 'DepthToSpace'): OperatorMapper {
  return (operator) => ({ kind, layout: 'NHWC', blockSize: numberOf(operator, 'block_size', 1), mode: 'DCR' });
}

function resize(mode: Resize['mode']): OperatorMapper {
  return (operator) => ({
    kind: 'Resize',
    layout: 'NHWC',
    mode,
    alignCorners: flagOf(operator, 'align_corners'),
    halfPixelCenters: flagOf(operator, 'half_pixel_centers'),
  });
}

/** The attribute is advisory: the kernel converts to the type of its output. */
function cast(operator: OperatorView): Op {
  return { kind: 'Cast', to: operator.outputs[0]?.dtype ?? dtypeOf(operator.attributes.out_data_type) };
}

export const rearrangeMappers: MapperTable = {
  RESHAPE: reshape,
  SQUEEZE: (operator) => {
    const axes = numbersOf(operator.attributes.squeeze_dims);
    return { kind: 'Squeeze', axes: axes && axes.length > 0 ? axes : null };
  },
  EXPAND_DIMS: (operator) => ({ kind: 'Unsqueeze', axes: operator.integers(1) }),
  TRANSPOSE: (operator) => ({ kind: 'Transpose', permutation: operator.integers(1) }),
  CONCATENATION: concat,
  SPLIT: split,
  SPLIT_V: splitSizes,
  PAD: (operator) => pad('constant', operator),
  PADV2: (operator) => pad('constant', operator),
  MIRROR_PAD: mirrorPad,
  GATHER: (operator) => ({
    kind: 'Gather',
    axis: numberOf(operator, 'axis'),
    batchDims: numberOf(operator, 'batch_dims'),
  }),
  PACK: (operator) => ({ kind: 'Pack', axis: numberOf(operator, 'axis') }),
  UNPACK: (operator) => ({ kind: 'Unpack', axis: numberOf(operator, 'axis') }),
  SPACE_TO_DEPTH: block('SpaceToDepth'),
  DEPTH_TO_SPACE: block('DepthToSpace'),
  CAST: cast,
  RESIZE_BILINEAR: resize('linear'),
  RESIZE_NEAREST_NEIGHBOR: resize('nearest'),
  SHAPE: plain('Shape'),
  RANK: plain('Rank'),
  TILE: plain('Tile'),
  BROADCAST_TO: plain('Expand'),
  GATHER_ND: plain('GatherNd'),
  SCATTER_ND: plain('ScatterNd'),
  BATCH_TO_SPACE_ND: plain('BatchToSpace'),
  SPACE_TO_BATCH_ND: plain('SpaceToBatch'),
  FILL: plain('Fill'),
  ZEROS_LIKE: plain('ZerosLike'),
  RANGE: plain('Range'),
  REVERSE_V2: plain('Reverse'),
  WHERE: plain('Where'),
};
