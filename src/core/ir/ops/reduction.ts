import type { DType } from '../dtype';

/** Inputs: x[, axes]. `axes` null: all, or given at run time. */
export interface Reduce {
  readonly kind: 'Reduce';
  readonly fn:
    'sum' | 'mean' | 'max' | 'min' | 'prod' | 'any' | 'all' | 'l1' | 'l2' | 'logSum' | 'logSumExp' | 'sumSquare';
  readonly axes: readonly number[] | null;
  readonly keepDims: boolean;
}

export interface ArgReduce {
  readonly kind: 'ArgMax' | 'ArgMin';
  /** Null when given at run time. */
  readonly axis: number | null;
  readonly keepDims: boolean;
  readonly output: DType;
}

export interface CumSum {
  readonly kind: 'CumSum';
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

export type ReductionOp = Reduce | ArgReduce | CumSum;
