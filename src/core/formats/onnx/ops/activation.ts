import type { ActivationFunction, ActivationNode, Softmax } from '../../../ir/ops/activation';
import type { NodeView, OpMapper, OpTable } from './nodeView';

/** Defaults of `alpha` and `beta` are those of the ONNX operator definitions (docs/Operators.md). */
export const ACTIVATION_OPS: OpTable = {
  Relu: simple('relu'),
  LeakyRelu: withAlpha('leakyRelu', 0.01),
  PRelu: simple('prelu'),
  Elu: withAlpha('elu', 1),
  Celu: withAlpha('celu', 1),
  Selu: (node) => ({
    kind: 'Activation',
    fn: 'selu',
    alpha: node.number('alpha', 1.6732632423543772),
    beta: node.number('gamma', 1.0507009873554805),
  }),
  Gelu: (node) => ({ kind: 'Activation', fn: 'gelu', approximate: node.text('approximate', 'none') === 'tanh' }),
  Tanh: simple('tanh'),
  Sigmoid: simple('sigmoid'),
  HardSwish: simple('hardSwish'),
  HardSigmoid: (node) => ({
    kind: 'Activation',
    fn: 'hardSigmoid',
    alpha: node.number('alpha', 0.2),
    beta: node.number('beta', 0.5),
  }),
  Softplus: simple('softplus'),
  Softsign: simple('softsign'),
  Mish: simple('mish'),
  Clip: clip,
  Softmax: softmax('Softmax'),
  LogSoftmax: softmax('LogSoftmax'),
};

function simple(fn: ActivationFunction): () => ActivationNode {
  return () => ({ kind: 'Activation', fn });
}

function withAlpha(fn: ActivationFunction, otherwise: number): OpMapper {
  return (node) => ({ kind: 'Activation', fn, alpha: node.number('alpha', otherwise) });
}

/** Bounds are attributes before opset 11 and inputs since; a bound left out does not limit. */
function clip(node: NodeView): ActivationNode {
  const min = node.opset < 11 ? attribute(node, 'min') : node.constant(1)?.[0];
  const max = node.opset < 11 ? attribute(node, 'max') : node.constant(2)?.[0];
  return {
    kind: 'Activation',
    fn: 'clip',
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}

function attribute(node: NodeView, name: string): number | undefined {
  return node.has(name) ? node.number(name, 0) : undefined;
}

function softmax(kind: Softmax['kind']): OpMapper {
  return (node) => {
    const flattened = node.opset < 13;
    return { kind, axis: node.number('axis', flattened ? 1 : -1), beta: 1, flattened };
  };
}
