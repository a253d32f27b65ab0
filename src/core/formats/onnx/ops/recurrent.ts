import type { Recurrent } from '../../../ir/ops/recurrent';
import type { NodeView, OpTable } from './nodeView';

export const RECURRENT_OPS: OpTable = {
  LSTM: (node) => recurrent(node, 'Lstm', ['Sigmoid', 'Tanh', 'Tanh']),
  GRU: (node) => recurrent(node, 'Gru', ['Sigmoid', 'Tanh']),
  RNN: (node) => recurrent(node, 'Rnn', ['Tanh']),
};

/** Gates with other functions than the default ones are another network: they stay opaque. */
function recurrent(node: NodeView, kind: Recurrent['kind'], defaults: readonly string[]): Recurrent | null {
  const activations = node.has('activations') ? node.attributes.activations : defaults;
  const isDefault =
    Array.isArray(activations) && activations.every((name, index) => name === defaults[index % defaults.length]);
  const direction = node.text('direction', 'forward');
  const hiddenSize = node.number('hidden_size', hiddenSizeOfWeights(node));
  if (!isDefault || hiddenSize === 0) return null;
  if (direction !== 'forward' && direction !== 'reverse' && direction !== 'bidirectional') return null;
  return { kind, hiddenSize, direction, timeMajor: node.number('layout', 0) === 0, activation: 'tanh' };
}

/** The recurrence weights end in [.., hidden_size]. */
function hiddenSizeOfWeights(node: NodeView): number {
  const size = node.shape(2)?.at(-1);
  return typeof size === 'number' ? size : 0;
}
