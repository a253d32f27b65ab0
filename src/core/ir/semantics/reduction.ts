import type { ArgReduce, Reduce } from '../ops/reduction';
import type { Dim, Shape } from '../shape';
import type { Definitions, InferenceContext, KnownValues, OpDefinition, OutputFacts } from './definition';
import { normalizeAxes, normalizeAxis } from './dims';
import { attributeNumber } from './sourceAttributes';

/** Shape without some axes, or with them at 1; null when an axis is out of range. */
function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape | null {
  const reduced = normalizeAxes(axes, shape.length);
  if (!reduced) return null;
  return keepDims
    ? shape.map((dim, axis) => (reduced.has(axis) ? 1 : dim))
    : shape.filter((_, axis) => !reduced.has(axis));
}

/** Only what appears in computations of sizes: over all elements of a list. */
function reducedValue(op: Reduce, values: KnownValues | null): KnownValues | null {
  if (!values || values.length === 0) return null;
  switch (op.fn) {
    case 'prod':
      return [values.reduce((total, value) => total * value, 1)];
    case 'sum':
      return [values.reduce((total, value) => total + value, 0)];
    case 'max':
      return [values.reduce((most, value) => Math.max(most, value))];
    case 'min':
      return [values.reduce((least, value) => Math.min(least, value))];
    default:
      return null;
  }
}

/** What is left when only the number of axes is known. An empty list reduces all dimensions, or none. */
function rankOnly(op: Reduce, x: Shape, axes: Dim | undefined): Shape | null {
  if (op.keepDims) return x.map(() => null);
  return typeof axes === 'number' && axes > 0 && axes <= x.length ? x.slice(axes).map(() => null) : null;
}

function inferReduce(op: Reduce, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  if (!x) return [];
  const given = op.axes ?? context.value(1);
  if (!given && context.has(1)) return [{ shape: rankOnly(op, x, context.shape(1)?.[0]) }];
  if ((given === null || given.length === 0) && attributeNumber(context.node, 'noop_with_empty_axes') === 1) {
    return [{ shape: x, value: context.value(0) }];
  }
  const axes = given === null || given.length === 0 ? x.map((_, axis) => axis) : given;
  const value = x.length === 1 ? reducedValue(op, context.value(0)) : null;
  return [{ shape: reducedShape(x, axes, op.keepDims), value }];
}

function inferArgReduce(op: ArgReduce, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  const axis = op.axis ?? context.value(1)?.[0] ?? null;
  if (!x) return [{ shape: null, dtype: op.output }];
  if (axis === null) return [{ shape: op.keepDims ? x.map(() => null) : null, dtype: op.output }];
  const known = normalizeAxis(axis, x.length) !== null;
  return [{ shape: known ? reducedShape(x, [axis], op.keepDims) : null, dtype: op.output }];
}

const argReduce: OpDefinition<ArgReduce> = { infer: inferArgReduce, roles: () => ['input', 'axes'] };

export const reduction: Definitions<'Reduce' | 'ArgMax' | 'ArgMin' | 'CumSum'> = {
  Reduce: {
    infer: inferReduce,
    roles: () => ['input', 'axes'],
    detail: (op) => (op.axes && op.axes.length > 0 ? `axes ${op.axes.join(', ')}` : ''),
  },
  ArgMax: argReduce,
  ArgMin: argReduce,
  CumSum: { infer: (_op, context) => [{ shape: context.shape(0) }], roles: () => ['input', 'axes'] },
};
