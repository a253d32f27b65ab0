import type { Recurrent } from '../../../ir/ops/recurrent';
import type { MapperTable, OperatorView } from './mapper';
import { activationOf, extentOf, flagOf, numberOf } from './mapper';

/** `weights` is the operand whose first dimension is the number of cells. */
function recurrent(
  operator: OperatorView,
  kind: Recurrent['kind'],
  weights: number,
  timeMajor: boolean,
  direction: Recurrent['direction'] = 'forward',
): Recurrent | null {
  const activation = activationOf(operator);
  const hiddenSize = extentOf(operator.inputs[weights], 0);
  return activation && hiddenSize !== null ? { kind, hiddenSize, direction, timeMajor, activation } : null;
}

/** Full kernel: 20 or 24 operands. Basic kernel: x, previous output, weights (4 gates by inputs), biases, state. */
function lstm(operator: OperatorView): Recurrent | null {
  if (operator.attributes.kernel_type !== 'BASIC') return recurrent(operator, 'Lstm', 2, false);
  const full = recurrent(operator, 'Lstm', 2, false);
  return full && { ...full, hiddenSize: Math.floor(full.hiddenSize / 4) };
}

export const recurrentMappers: MapperTable = {
  LSTM: lstm,
  UNIDIRECTIONAL_SEQUENCE_LSTM: (operator) => recurrent(operator, 'Lstm', 2, flagOf(operator, 'time_major')),
  BIDIRECTIONAL_SEQUENCE_LSTM: (operator) =>
    recurrent(operator, 'Lstm', 2, flagOf(operator, 'time_major'), 'bidirectional'),
  RNN: (operator) => recurrent(operator, 'Rnn', 1, false),
  UNIDIRECTIONAL_SEQUENCE_RNN: (operator) => recurrent(operator, 'Rnn', 1, flagOf(operator, 'time_major')),
  BIDIRECTIONAL_SEQUENCE_RNN: (operator) =>
    recurrent(operator, 'Rnn', 1, flagOf(operator, 'time_major'), 'bidirectional'),
  SVDF: (operator) => {
    const activation = activationOf(operator);
    return activation && { kind: 'Svdf', rank: numberOf(operator, 'rank', 1), activation };
  },
};
