import { ModelError } from '../../ir/errors';
import type { Node } from '../../ir/graph';
import type { OpKind } from '../../ir/ops/op';
import type { OpWith } from '../../ir/semantics/definition';
import { lowerConv2d, lowerTransposeConv } from './lowerConvolution';
import type { LowerContext } from './lowerContext';
import { lowerFullyConnected, lowerMatMul } from './lowerDense';
import { lowerActivation, lowerBinary, lowerCompare, lowerSelect, lowerSoftmax, lowerUnary } from './lowerElementwise';
import { lowerGlobalPool, lowerPool } from './lowerPooling';
import {
  lowerBlockRearrange,
  lowerConcat,
  lowerIdentity,
  lowerPack,
  lowerPad,
  lowerReshape,
  lowerResize,
  lowerSlice,
  lowerSplit,
  lowerTranspose,
} from './lowerRearrange';
import {
  lowerCast,
  lowerEmbedding,
  lowerExpand,
  lowerFill,
  lowerGather,
  lowerOneHot,
  lowerPlain,
  lowerTile,
  lowerTopK,
  lowerUpdateSlice,
} from './lowerIndexing';
import { lowerAtan2, lowerCumSum, lowerNorm } from './lowerArithmetic';
import { lowerRecurrent, lowerSvdf } from './lowerRecurrent';
import { lowerConv3d, lowerTransposeConv3d } from './lowerVolume';
import { lowerCallOnce, lowerVariable } from './lowerVariable';
import { lowerArgReduce, lowerReduce } from './lowerReduction';

type Lowering<K extends OpKind> = (context: LowerContext, node: Node, op: OpWith<K>) => void;

const LOWERINGS: { readonly [K in OpKind]?: Lowering<K> } = {
  Conv2d: lowerConv2d,
  DepthwiseConv2d: lowerConv2d,
  TransposeConv2d: lowerTransposeConv,
  Pool: lowerPool,
  GlobalPool: lowerGlobalPool,
  Resize: lowerResize,
  SpaceToDepth: lowerBlockRearrange,
  DepthToSpace: lowerBlockRearrange,
  FullyConnected: lowerFullyConnected,
  MatMul: lowerMatMul,
  Add: lowerBinary,
  Sub: lowerBinary,
  Mul: lowerBinary,
  Div: lowerBinary,
  Minimum: lowerBinary,
  Maximum: lowerBinary,
  Pow: lowerBinary,
  SquaredDifference: lowerBinary,
  Softmax: lowerSoftmax,
  LogSoftmax: lowerSoftmax,
  Activation: lowerActivation,
  Unary: lowerUnary,
  Compare: lowerCompare,
  Select: lowerSelect,
  Reduce: lowerReduce,
  ArgMax: lowerArgReduce,
  ArgMin: lowerArgReduce,
  Reshape: lowerReshape,
  Flatten: lowerReshape,
  Squeeze: lowerReshape,
  Unsqueeze: lowerReshape,
  Transpose: lowerTranspose,
  Concat: lowerConcat,
  Split: lowerSplit,
  Slice: lowerSlice,
  Pad: lowerPad,
  Pack: lowerPack,
  Unpack: lowerPack,
  Gather: lowerGather,
  Cast: lowerCast,
  Tile: lowerTile,
  Expand: lowerExpand,
  GatherNd: lowerPlain,
  ScatterNd: lowerPlain,
  Reverse: lowerPlain,
  SpaceToBatch: lowerPlain,
  BatchToSpace: lowerPlain,
  Fill: lowerFill,
  ZerosLike: lowerPlain,
  Shape: lowerPlain,
  Rank: lowerPlain,
  Range: lowerPlain,
  Where: lowerPlain,
  CumSum: lowerCumSum,
  L2Normalize: lowerNorm,
  Lrn: lowerNorm,
  Lstm: lowerRecurrent,
  Rnn: lowerRecurrent,
  Svdf: lowerSvdf,
  VarHandle: lowerVariable,
  ReadVariable: lowerVariable,
  AssignVariable: lowerVariable,
  CallOnce: lowerCallOnce,
  FloorDiv: lowerBinary,
  FloorMod: lowerBinary,
  Identity: lowerIdentity,
  Quantize: lowerIdentity,
  Dequantize: lowerIdentity,
};

/** Builtin operators of TFLite that the vocabulary has no word for. */
const BY_NAME: Readonly<Record<string, (context: LowerContext, node: Node) => void>> = {
  ONE_HOT: lowerOneHot,
  TOPK_V2: lowerTopK,
  EMBEDDING_LOOKUP: lowerEmbedding,
  DYNAMIC_UPDATE_SLICE: lowerUpdateSlice,
  ATAN2: lowerAtan2,
  CONV_3D: lowerConv3d,
  CONV_3D_TRANSPOSE: lowerTransposeConv3d,
};

/** What lowers a node; null for what cannot be. */
export function loweringOf({ op, source }: Node): Lowering<OpKind> | null {
  if (op.kind === 'Opaque') return source.domain === '' ? (BY_NAME[source.op] ?? null) : null;
  if ('layout' in op && op.layout !== 'NHWC') return null;
  if ('mode' in op && op.mode === 'cubic') return null;
  return (LOWERINGS[op.kind] as Lowering<OpKind> | undefined) ?? null;
}

/** Adds the ONNX form of a node. Throws ModelError `unsupported-operator` that names the node. */
export function lowerNode(context: LowerContext, node: Node): void {
  const lowering = loweringOf(node);
  if (!lowering) throw unsupported([context.describe(node)]);
  try {
    lowering(context, node, node.op);
  } catch (error) {
    if (!(error instanceof ModelError) || error.reason !== 'unsupported-operator' || error.details.length > 0)
      throw error;
    throw new ModelError(error.reason, error.message, [context.describe(node)]);
  }
}

export function unsupported(nodes: readonly string[]): ModelError {
  const names = [...new Set(nodes.map((node) => node.split(' ')[0]!))];
  return new ModelError('unsupported-operator', `The model cannot be run here because of ${names.join(', ')}.`, nodes);
}
