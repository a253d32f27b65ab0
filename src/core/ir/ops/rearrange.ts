import type { DType } from '../dtype';
import type { Activation, Layout } from './common';

/** Inputs: x[, shape]. `shape` is the wanted shape when it is an attribute or a constant (-1 and 0 as in the file). */
export interface Reshape {
  readonly kind: 'Reshape';
  readonly shape: readonly number[] | null;
  /** ONNX: 0 copies the input's dimension unless allowzero. */
  readonly zeroCopies: boolean;
}

/** Flatten to 2-D at `axis` (ONNX Flatten). */
export interface Flatten {
  readonly kind: 'Flatten';
  readonly axis: number;
}

/** `axes` null: all dimensions of 1 (Squeeze), or given by the second input at run time. */
export interface Squeeze {
  readonly kind: 'Squeeze' | 'Unsqueeze';
  readonly axes: readonly number[] | null;
}

/** `permutation` null: given at run time, or reversed dimensions (ONNX default is resolved by the reader). */
export interface Transpose {
  readonly kind: 'Transpose';
  readonly permutation: readonly number[] | null;
}

export interface Concat {
  readonly kind: 'Concat';
  readonly axis: number;
  readonly activation: Activation;
}

/** Inputs: x. `sizes` null: equal parts, or given at run time. */
export interface Split {
  readonly kind: 'Split';
  readonly axis: number;
  readonly sizes: readonly number[] | null;
}

/**
 * One form for TFLite SLICE and STRIDED_SLICE and ONNX Slice. Input: x and whatever index inputs the file has. Values
 * are null when they are not constants. `end` counts as numpy does; masks of TFLite are already applied.
 */
export interface Slice {
  readonly kind: 'Slice';
  readonly begin: readonly number[] | null;
  readonly end: readonly number[] | null;
  readonly strides: readonly number[] | null;
  /** The axes that begin, end and strides speak of. */
  readonly axes: readonly number[] | null;
  /** Dimensions removed from the output (TFLite shrink_axis_mask). */
  readonly shrink: readonly number[];
}

/** Inputs: x, pads?, value?. `before` and `after` null when given at run time. */
export interface Pad {
  readonly kind: 'Pad';
  readonly mode: 'constant' | 'reflect' | 'symmetric' | 'edge' | 'wrap';
  readonly before: readonly number[] | null;
  readonly after: readonly number[] | null;
}

export interface Gather {
  readonly kind: 'Gather';
  readonly axis: number;
  readonly batchDims: number;
}

export interface Pack {
  readonly kind: 'Pack' | 'Unpack';
  readonly axis: number;
}

export interface BlockRearrange {
  readonly kind: 'SpaceToDepth' | 'DepthToSpace';
  readonly layout: Layout;
  readonly blockSize: number;
  /** DepthToSpace order: DCR (TFLite, ONNX default) or CRD. */
  readonly mode: 'DCR' | 'CRD';
}

export interface Cast {
  readonly kind: 'Cast';
  readonly to: DType;
}

export interface Resize {
  readonly kind: 'Resize';
  readonly layout: Layout;
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
  /** ONNX's own words, where they say more than the two flags. */
  readonly coordinates?: string;
  readonly nearestMode?: string;
}

/** Moves or names data without computing: no attributes that matter for shapes beyond the inputs. */
export interface Plain {
  readonly kind:
    | 'Identity'
    | 'Shape'
    | 'Rank'
    | 'Tile'
    | 'Expand'
    | 'GatherNd'
    | 'ScatterNd'
    | 'BatchToSpace'
    | 'SpaceToBatch'
    | 'Fill'
    | 'ZerosLike'
    | 'Range'
    | 'Constant'
    | 'Reverse'
    | 'Where';
  /** Fill: the type and value of its elements where attributes say them (ONNX ConstantOfShape). */
  readonly output?: DType;
  readonly value?: number;
}

export type RearrangeOp =
  | Reshape
  | Flatten
  | Squeeze
  | Transpose
  | Concat
  | Split
  | Slice
  | Pad
  | Gather
  | Pack
  | BlockRearrange
  | Cast
  | Resize
  | Plain;
