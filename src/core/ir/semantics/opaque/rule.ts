import type { Opaque } from '../../ops/control';
import type { Shape } from '../../shape';
import type { InferenceContext, NodeShapes, OutputFacts, Role } from '../definition';

export type Infer = (context: InferenceContext, op: Opaque) => readonly OutputFacts[];

/** What is known of an operator outside the vocabulary. */
export interface OpaqueRule {
  readonly infer: Infer;
  /** As of OpDefinition. Left out: it multiplies nothing into sums. */
  readonly macs?: (shapes: NodeShapes) => number | null;
  /** Left out: constants among its operands are weights. */
  readonly roles?: readonly Role[];
}

/** By the operator's name in its file. */
export type OpaqueRules = Readonly<Record<string, OpaqueRule>>;

/** The same rule for several operators. */
export function forAll(names: readonly string[], rule: OpaqueRule): OpaqueRules {
  return Object.fromEntries(names.map((name) => [name, rule]));
}

export function inputShapes(context: InferenceContext): readonly (Shape | null)[] {
  return Array.from({ length: context.inputCount }, (_, input) => context.shape(input));
}

/** The one number an operand holds, or null. */
export function scalar(context: InferenceContext, input: number): number | null {
  return context.value(input)?.[0] ?? null;
}

/** Dimensions nobody knows, as many as a list operand has elements; null where that is not known or absurd. */
export function unknownDims(context: InferenceContext, input: number): Shape | null {
  const rank = context.shape(input)?.[0];
  return typeof rank === 'number' && rank <= 64 ? Array.from({ length: rank }, () => null) : null;
}

export const sameAsFirst: OpaqueRule = { infer: (context) => [{ shape: context.shape(0) }] };
