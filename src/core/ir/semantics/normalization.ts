import type { Norm } from '../ops/normalization';
import type { Definitions, InferenceContext, OpDefinition, OutputFacts } from './definition';
import { normalizeAxis } from './dims';

/** ONNX LayerNormalization may also give mean and inverse deviation, reduced from `axis` on. */
function inferNorm(op: Norm, context: InferenceContext): readonly OutputFacts[] {
  const shape = context.shape(0);
  const axis = shape && normalizeAxis(op.axis, shape.length);
  const reduced = shape && axis !== null ? shape.map((dim, index) => (index < axis ? dim : 1)) : null;
  return [{ shape }, { shape: reduced }, { shape: reduced }];
}

const norm: OpDefinition<Norm> = { infer: inferNorm, roles: () => ['input', 'scale', 'bias'] };

export const normalization: Definitions<'BatchNorm' | Norm['kind']> = {
  BatchNorm: {
    infer: (_op, context) => [{ shape: context.shape(0) }],
    roles: () => ['input', 'scale', 'bias', 'mean', 'variance'],
  },
  LayerNorm: norm,
  InstanceNorm: norm,
  GroupNorm: norm,
  RmsNorm: norm,
  L2Normalize: norm,
  Lrn: norm,
};
