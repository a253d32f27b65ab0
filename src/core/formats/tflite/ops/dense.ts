import type { MapperTable } from './mapper';
import { activationOf, flagOf } from './mapper';

export const denseMappers: MapperTable = {
  FULLY_CONNECTED: (operator) => {
    const activation = activationOf(operator);
    const format = operator.attributes.weights_format ?? 'DEFAULT';
    if (!activation || format !== 'DEFAULT') return null;
    return { kind: 'FullyConnected', weights: 'OI', keepDims: flagOf(operator, 'keep_num_dims'), activation };
  },
  BATCH_MATMUL: (operator) => ({
    kind: 'MatMul',
    transposeA: flagOf(operator, 'adj_x'),
    transposeB: flagOf(operator, 'adj_y'),
    alpha: 1,
    beta: 0,
  }),
};
