import type { DenseOp } from '../../../ir/ops/dense';
import type { NodeView, OpTable } from './nodeView';

export const DENSE_OPS: OpTable = {
  Gemm: gemm,
  MatMul: matMul,
  QLinearMatMul: () => ({ kind: 'QLinearMatMul' }),
  MatMulInteger: () => ({ kind: 'MatMulInteger' }),
};

function gemm(node: NodeView): DenseOp {
  const transposeA = node.flag('transA');
  const transposeB = node.flag('transB');
  const alpha = node.number('alpha', 1);
  const beta = node.number('beta', 1);
  const isPlain = !transposeA && alpha === 1 && beta === 1;
  if (isPlain && hasConstantMatrix(node) && hasPlainBias(node, transposeB)) {
    return { kind: 'FullyConnected', weights: transposeB ? 'OI' : 'IO', keepDims: false, activation: 'none' };
  }
  return { kind: 'MatMul', transposeA, transposeB, alpha, beta };
}

function matMul(node: NodeView): DenseOp {
  return hasConstantMatrix(node)
    ? { kind: 'FullyConnected', weights: 'IO', keepDims: true, activation: 'none' }
    : { kind: 'MatMul', transposeA: false, transposeB: false, alpha: 1, beta: 1 };
}

function hasConstantMatrix(node: NodeView): boolean {
  return node.isConstant(1) && node.rank(1) === 2;
}

/** Gemm's C broadcasts over the result; only one value an output is a bias. */
function hasPlainBias(node: NodeView, transposeB: boolean): boolean {
  if (!node.input(2)) return true;
  const outputs = node.shape(1)?.[transposeB ? 0 : 1];
  const bias = node.shape(2);
  return bias !== null && bias.length === 1 && bias[0] === outputs;
}
