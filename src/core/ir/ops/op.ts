import type { ActivationOp } from './activation';
import type { ControlOp } from './control';
import type { ConvolutionOp } from './convolution';
import type { DenseOp } from './dense';
import type { ElementwiseOp } from './elementwise';
import type { NormalizationOp } from './normalization';
import type { PoolingOp } from './pooling';
import type { RearrangeOp } from './rearrange';
import type { RecurrentOp } from './recurrent';
import type { ReductionOp } from './reduction';

/** The one vocabulary of both formats, a union told apart by `kind`. */
export type Op =
  | ConvolutionOp
  | PoolingOp
  | DenseOp
  | ElementwiseOp
  | ActivationOp
  | RearrangeOp
  | ReductionOp
  | NormalizationOp
  | RecurrentOp
  | ControlOp;

export type OpKind = Op['kind'];
