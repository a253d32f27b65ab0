import type { Binary, Compare, ElementwiseOp, UnaryFunction } from '../../../ir/ops/elementwise';
import type { NodeView, OpMapper, OpTable } from './nodeView';

export const ELEMENTWISE_OPS: OpTable = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Mul: binary('Mul'),
  Div: binary('Div'),
  Pow: binary('Pow'),
  Min: binary('Minimum'),
  Max: binary('Maximum'),
  Sum: binary('Add'),
  // fmod=1 takes the sign of the dividend, which FloorMod does not.
  Mod: (node) => (node.flag('fmod') ? null : { kind: 'FloorMod', activation: 'none' }),
  Equal: compare('equal'),
  Less: compare('less'),
  LessOrEqual: compare('lessEqual'),
  Greater: compare('greater'),
  GreaterOrEqual: compare('greaterEqual'),
  And: compare('and'),
  Or: compare('or'),
  Xor: compare('xor'),
  Where: () => ({ kind: 'Select' }),
  Abs: unary('abs'),
  Neg: unary('neg'),
  Exp: unary('exp'),
  Log: unary('log'),
  Sqrt: unary('sqrt'),
  Reciprocal: unary('reciprocal'),
  Sin: unary('sin'),
  Cos: unary('cos'),
  Tan: unary('tan'),
  Floor: unary('floor'),
  Ceil: unary('ceil'),
  Round: unary('round'),
  Sign: unary('sign'),
  Not: unary('not'),
  Erf: unary('erf'),
  IsNaN: unary('isNaN'),
  IsInf: (node) =>
    node.flag('detect_positive', true) && node.flag('detect_negative', true) ? { kind: 'Unary', fn: 'isInf' } : null,
};

function binary(kind: Binary['kind']): OpMapper {
  return (node) => (broadcastsLikeNumpy(node) ? { kind, activation: 'none' } : null);
}

function compare(fn: Compare['fn']): OpMapper {
  return (node) => (broadcastsLikeNumpy(node) ? { kind: 'Compare', fn } : null);
}

function unary(fn: UnaryFunction): () => ElementwiseOp {
  return () => ({ kind: 'Unary', fn });
}

/** Before opset 7 the second operand was laid along `axis`; without the attribute it was along the last ones. */
function broadcastsLikeNumpy(node: NodeView): boolean {
  if (node.opset >= 7 || !node.has('axis')) return true;
  const [rankA, rankB] = [node.rank(0), node.rank(1)];
  return rankA !== null && rankB !== null && node.number('axis', 0) === rankA - rankB;
}
