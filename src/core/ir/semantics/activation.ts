import type { ActivationNode } from '../ops/activation';
import type { Definitions, InferenceContext, OutputFacts } from './definition';

function sameAsInput(_op: unknown, context: InferenceContext): readonly OutputFacts[] {
  return [{ shape: context.shape(0) }];
}

/** A bound of Clip: an attribute, a known operand, the default when there is none; null when it is not known. */
function bound(context: InferenceContext, stated: number | undefined, input: number, none: number): number | null {
  if (stated !== undefined) return stated;
  return context.has(input) ? (context.value(input)?.[0] ?? null) : none;
}

/** Clip and Relu appear in computations of sizes, so their values are followed. */
function inferActivation(op: ActivationNode, context: InferenceContext): readonly OutputFacts[] {
  const shape = context.shape(0);
  if (op.fn === 'relu') return [{ shape, value: context.value(0)?.map((value) => Math.max(value, 0)) ?? null }];
  const values = op.fn === 'clip' ? context.value(0) : null;
  const low = values && bound(context, op.min, 1, -Infinity);
  const high = values && bound(context, op.max, 2, Infinity);
  if (!values || low === null || high === null) return [{ shape }];
  return [{ shape, value: values.map((value) => Math.min(Math.max(value, low), high)) }];
}

export const activation: Definitions<'Activation' | 'Softmax' | 'LogSoftmax'> = {
  Activation: {
    infer: inferActivation,
    roles: (op) => (op.fn === 'prelu' ? ['input', 'slope'] : ['input', 'bounds']),
  },
  Softmax: { infer: sameAsInput },
  LogSoftmax: { infer: sameAsInput },
};
