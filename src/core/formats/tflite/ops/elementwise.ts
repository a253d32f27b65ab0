import type { Binary, Compare, UnaryFunction } from '../../../ir/ops/elementwise';
import type { MapperTable, OperatorMapper } from './mapper';
import { activationOf } from './mapper';

function binary(kind: Binary['kind']): OperatorMapper {
  return (operator) => {
    const activation = activationOf(operator);
    return activation && { kind, activation };
  };
}

function compare(fn: Compare['fn']): OperatorMapper {
  return () => ({ kind: 'Compare', fn });
}

function unary(fn: UnaryFunction): OperatorMapper {
  return () => ({ kind: 'Unary', fn });
}

export const elementwiseMappers: MapperTable = {
  ADD: binary('Add'),
  SUB: binary('Sub'),
  MUL: binary('Mul'),
  DIV: binary('Div'),
  MINIMUM: binary('Minimum'),
  MAXIMUM: binary('Maximum'),
  POW: binary('Pow'),
  FLOOR_DIV: binary('FloorDiv'),
  FLOOR_MOD: binary('FloorMod'),
  SQUARED_DIFFERENCE: binary('SquaredDifference'),
  EQUAL: compare('equal'),
  NOT_EQUAL: compare('notEqual'),
  LESS: compare('less'),
  LESS_EQUAL: compare('lessEqual'),
  GREATER: compare('greater'),
  GREATER_EQUAL: compare('greaterEqual'),
  LOGICAL_AND: compare('and'),
  LOGICAL_OR: compare('or'),
  ABS: unary('abs'),
  NEG: unary('neg'),
  EXP: unary('exp'),
  LOG: unary('log'),
  SQRT: unary('sqrt'),
  RSQRT: unary('rsqrt'),
  SQUARE: unary('square'),
  SIN: unary('sin'),
  COS: unary('cos'),
  FLOOR: unary('floor'),
  CEIL: unary('ceil'),
  ROUND: unary('round'),
  SIGN: unary('sign'),
  LOGICAL_NOT: unary('not'),
  SELECT: () => ({ kind: 'Select' }),
  SELECT_V2: () => ({ kind: 'Select' }),
};
