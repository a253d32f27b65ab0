import type { ActivationFunction } from '../../../ir/ops/activation';
import type { MapperTable, OperatorMapper } from './mapper';
import { flagOf, numberOf } from './mapper';

function plain(fn: ActivationFunction): OperatorMapper {
  return () => ({ kind: 'Activation', fn });
}

export const activationMappers: MapperTable = {
  RELU: plain('relu'),
  RELU6: plain('relu6'),
  RELU_N1_TO_1: plain('reluN1To1'),
  RELU_0_TO_1: plain('relu0To1'),
  TANH: plain('tanh'),
  LOGISTIC: plain('sigmoid'),
  HARD_SWISH: plain('hardSwish'),
  PRELU: plain('prelu'),
  ELU: () => ({ kind: 'Activation', fn: 'elu', alpha: 1 }),
  LEAKY_RELU: (operator) => ({ kind: 'Activation', fn: 'leakyRelu', alpha: numberOf(operator, 'alpha') }),
  GELU: (operator) => ({ kind: 'Activation', fn: 'gelu', approximate: flagOf(operator, 'approximate') }),
  SOFTMAX: (operator) => ({
    kind: 'Softmax',
    axis: -1,
    beta: numberOf(operator, 'beta', 1),
    flattened: false,
  }),
  LOG_SOFTMAX: () => ({ kind: 'LogSoftmax', axis: -1, beta: 1, flattened: false }),
};
