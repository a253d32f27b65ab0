import type { Activation } from './common';

/**
 * Inputs: x, weights, bias?. y = x · Wᵀ + b with weights 'OI' (TFLite, Gemm with transB), or x · W + b with 'IO'
 * (Gemm, MatMul with constant weights). TFLite flattens x to [batch, inputs] unless keepDims.
 */
export interface FullyConnected {
  readonly kind: 'FullyConnected';
  readonly weights: 'OI' | 'IO';
  readonly keepDims: boolean;
  readonly activation: Activation;
}

/** Inputs: a, b[, c]. Batched matrix product of two activations, or Gemm forms that are no FullyConnected. */
export interface MatMul {
  readonly kind: 'MatMul';
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly alpha: number;
  readonly beta: number;
}

/**
 * A matrix product of integers whose scales and zero points are operands of the node itself. Inputs of QLinearMatMul: a,
 * aScale, aZeroPoint, b, bScale, bZeroPoint, yScale, yZeroPoint; of MatMulInteger: a, b, aZeroPoint?, bZeroPoint?, its
 * output are the int32 sums.
 */
export interface IntegerMatMul {
  readonly kind: 'QLinearMatMul' | 'MatMulInteger';
}

export type DenseOp = FullyConnected | MatMul | IntegerMatMul;
