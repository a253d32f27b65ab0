import { attributeText } from '../sourceAttributes';
import type { Infer, OpaqueRules } from './rule';

/** One loss, or one an element of the labels. */
const loss: Infer = (context) => {
  const isWhole = attributeText(context.node, 'reduction') !== 'none';
  return [{ shape: isWhole ? [] : context.shape(1) }];
};

/** The logarithms of the probabilities may be asked for too. */
const crossEntropy: Infer = (context, op) => [...loss(context, op), { shape: context.shape(0) }];

/**
 * Optimizers take a rate, a step, then lists of as many tensors: parameters, gradients and each state. They give the
 * parameters and the states anew.
 */
function optimizer(lists: number): Infer {
  return (context) => {
    const count = Math.floor((context.inputCount - 2) / lists);
    return Array.from({ length: context.outputCount }, (_, output) => {
      const isParameter = output < count;
      const input = 2 + output + (isParameter ? 0 : count);
      return { shape: context.shape(input), dtype: context.dtype(input) ?? 'unknown' };
    });
  };
}

const gradient: Infer = (context) =>
  Array.from({ length: context.outputCount }, (_, output) => ({
    shape: context.shape(output),
    dtype: context.dtype(output) ?? 'unknown',
  }));

/** Mean and variance that training moves on: as their operands are. */
const batchNorm: Infer = (context) => {
  const [mean, variance] = [
    { shape: context.shape(3), dtype: context.dtype(3) ?? 'unknown' },
    { shape: context.shape(4), dtype: context.dtype(4) ?? 'unknown' },
  ] as const;
  return [{ shape: context.shape(0) }, mean, variance, mean, variance];
};

/** The mask was of the input's type before opset 10. */
const dropout: Infer = (context) => {
  const shape = context.shape(0);
  const dtype = context.node.source.version < 10 ? (context.dtype(0) ?? 'unknown') : 'bool';
  return [{ shape }, { shape, dtype }];
};

/** What ai.onnx has for training. */
export const training: OpaqueRules = {
  NegativeLogLikelihoodLoss: { infer: loss, roles: ['input', 'indices', 'scale'] },
  SoftmaxCrossEntropyLoss: { infer: crossEntropy, roles: ['input', 'indices', 'scale'] },
  BatchNormalization: { infer: batchNorm, roles: ['input', 'scale', 'bias', 'mean', 'variance'] },
  Dropout: { infer: dropout, roles: ['input', 'value', 'condition'] },
};

/** The domain ai.onnx.preview.training. */
export const previewTraining: OpaqueRules = {
  Adagrad: { infer: optimizer(3) },
  Momentum: { infer: optimizer(3) },
  Adam: { infer: optimizer(4) },
  Gradient: { infer: gradient },
};
