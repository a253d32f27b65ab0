import type { Reduce } from '../../../ir/ops/reduction';
import type { MapperTable, OperatorMapper } from './mapper';
import { flagOf } from './mapper';

function reduce(fn: Reduce['fn']): OperatorMapper {
  return (operator) => ({ kind: 'Reduce', fn, axes: operator.integers(1), keepDims: flagOf(operator, 'keep_dims') });
}

function argReduce(kind: 'ArgMax' | 'ArgMin'): OperatorMapper {
  return (operator) => ({
    kind,
    axis: operator.integers(1)?.[0] ?? null,
    keepDims: false,
    output: operator.outputs[0]?.dtype ?? 'int64',
  });
}

export const reductionMappers: MapperTable = {
  MEAN: reduce('mean'),
  SUM: reduce('sum'),
  REDUCE_MAX: reduce('max'),
  REDUCE_MIN: reduce('min'),
  REDUCE_PROD: reduce('prod'),
  REDUCE_ANY: reduce('any'),
  REDUCE_ALL: reduce('all'),
  ARG_MAX: argReduce('ArgMax'),
  ARG_MIN: argReduce('ArgMin'),
  CUMSUM: (operator) => ({
    kind: 'CumSum',
    exclusive: flagOf(operator, 'exclusive'),
    reverse: flagOf(operator, 'reverse'),
  }),
};
