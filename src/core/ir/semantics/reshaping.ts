import type { Flatten, Reshape, Squeeze, Transpose } from '../ops/rearrange';
import type { Shape } from '../shape';
import type { Definitions, InferenceContext, OpDefinition, OutputFacts } from './definition';
import { broadcast, normalizeAxes, normalizeAxis, product } from './dims';

/** Resolves 0 (copy, where the format says so) and one -1 (what remains). */
function reshaped(x: Shape | null, wanted: readonly number[], zeroCopies: boolean): Shape {
  const dims: (number | null)[] = wanted.map((dim, axis) => {
    if (dim === 0 && zeroCopies) {
      const copied = x?.[axis];
      return typeof copied === 'number' ? copied : null;
    }
    return dim;
  });
  const free = dims.indexOf(-1);
  if (free < 0) return dims.map((dim) => (dim !== null && dim < 0 ? null : dim));
  const total = x ? product(x) : null;
  const others = product(dims.filter((_, axis) => axis !== free));
  const rest = total !== null && others !== null && others > 0 ? total / others : null;
  dims[free] = rest !== null && Number.isInteger(rest) ? rest : null;
  return dims.map((dim) => (dim !== null && dim < 0 ? null : dim));
}

/** Elements of the list that is the second operand; NaN where that is not known. */
function listLength(context: InferenceContext): number {
  const length = context.shape(1)?.[0];
  return typeof length === 'number' ? length : NaN;
}

/** Dimensions nobody knows. The rank is bounded so that a hostile operand cannot ask for a huge list. */
function unknownDims(rank: number): Shape | null {
  return rank >= 0 && rank <= 64 ? Array.from({ length: rank }, () => null) : null;
}

function inferReshape(op: Reshape, context: InferenceContext): readonly OutputFacts[] {
  const wanted = op.shape ?? context.value(1);
  const value = context.value(0);
  if (wanted) return [{ shape: reshaped(context.shape(0), wanted, op.zeroCopies), value }];
  return [{ shape: unknownDims(listLength(context)) }];
}

function inferFlatten(op: Flatten, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  if (!x) return [{ shape: [null, null] }];
  const axis = op.axis === x.length ? x.length : normalizeAxis(op.axis, x.length);
  if (axis === null) return [];
  return [{ shape: [product(x.slice(0, axis)), product(x.slice(axis))] }];
}

function inferSqueeze(op: Squeeze, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  const axes = op.axes ?? context.value(1);
  const value = context.value(0);
  if (!x) return [];
  if (!axes) {
    if (context.has(1)) return [{ shape: unknownDims(x.length - listLength(context)), value }];
    if (x.some((dim) => typeof dim !== 'number')) return [{ shape: null, value }];
    return [{ shape: x.filter((dim) => dim !== 1), value }];
  }
  const removed = normalizeAxes(axes, x.length);
  return removed ? [{ shape: x.filter((_, axis) => !removed.has(axis)), value }] : [];
}

function inferUnsqueeze(op: Squeeze, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  const axes = op.axes ?? context.value(1);
  if (!x) return [];
  if (!axes) return [{ shape: unknownDims(x.length + listLength(context)) }];
  const added = normalizeAxes(axes, x.length + axes.length);
  if (added?.size !== axes.length) return [];
  const shape: Shape[number][] = [];
  let next = 0;
  for (let axis = 0; axis < x.length + added.size; axis += 1) {
    if (added.has(axis)) {
      shape.push(1);
    } else {
      shape.push(x[next] ?? null);
      next += 1;
    }
  }
  return [{ shape, value: context.value(0) }];
}

function inferTranspose(op: Transpose, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  if (!x) return [];
  const permutation = op.permutation ?? (context.has(1) ? context.value(1) : x.map((_, axis) => x.length - 1 - axis));
  if (!permutation) return [{ shape: x.map(() => null) }];
  const valid = normalizeAxes(permutation, x.length)?.size === x.length;
  if (!valid) return [];
  const value = x.length <= 1 ? context.value(0) : null;
  return [{ shape: permutation.map((axis) => x[axis < 0 ? axis + x.length : axis] ?? null), value }];
}

function inferExpand(context: InferenceContext): readonly OutputFacts[] {
  const wanted = context.value(1);
  const x = context.shape(0);
  if (wanted) return [{ shape: broadcast([x, wanted]) }];
  return [{ shape: x && unknownDims(Math.max(x.length, listLength(context))) }];
}

function inferTile(context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  const repeats = context.value(1);
  if (!x) return [];
  return [{ shape: x.map((dim, axis) => (typeof dim === 'number' && repeats ? dim * (repeats[axis] ?? 1) : null)) }];
}

const squeeze: Pick<OpDefinition<Squeeze>, 'roles' | 'carries'> = { roles: () => ['input', 'axes'], carries: 0 };

export const reshaping: Definitions<
  'Reshape' | 'Flatten' | 'Squeeze' | 'Unsqueeze' | 'Transpose' | 'Expand' | 'Tile' | 'Identity'
> = {
  Reshape: { infer: inferReshape, roles: () => ['input', 'shape'], carries: 0 },
  Flatten: { infer: inferFlatten, carries: 0 },
  Squeeze: { infer: inferSqueeze, ...squeeze },
  Unsqueeze: { infer: inferUnsqueeze, ...squeeze },
  Transpose: {
    infer: inferTranspose,
    roles: () => ['input', 'axes'],
    carries: 0,
    detail: (op) => (op.permutation ? op.permutation.join(' ') : ''),
  },
  Expand: { infer: (_op, context) => inferExpand(context), roles: () => ['input', 'shape'] },
  Tile: { infer: (_op, context) => inferTile(context), roles: () => ['input', 'sizes'] },
  Identity: { infer: (_op, context) => [{ shape: context.shape(0), value: context.value(0) }], carries: 0 },
};
