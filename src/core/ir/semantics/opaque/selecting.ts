import type { Shape } from '../../shape';
import type { InferenceContext, KnownValues, OutputFacts } from '../definition';
import { normalizeAxis, product, withDim } from '../dims';
import { attributeNumber } from '../sourceAttributes';
import type { Infer, OpaqueRules } from './rule';
import { scalar } from './rule';

const topK: Infer = (context) => {
  const x = context.shape(0);
  const tflite = context.node.source.op === 'TOPK_V2';
  const axis = x && normalizeAxis(attributeNumber(context.node, 'axis') ?? -1, x.length);
  if (!x || axis === null) return [];
  const shape = withDim(x, axis, scalar(context, 1) ?? attributeNumber(context.node, 'k'));
  return [{ shape }, { shape, dtype: tflite ? 'int32' : 'int64' }];
};

const oneHot: Infer = (context) => {
  const indices = context.shape(0);
  const axis = indices && normalizeAxis(attributeNumber(context.node, 'axis') ?? -1, indices.length + 1);
  const dtype = context.dtype(2) ?? 'unknown';
  if (!indices || axis === null) return [{ shape: null, dtype }];
  return [{ shape: indices.toSpliced(axis, 0, scalar(context, 1)), dtype }];
};

/** ArgMax and ArgMin with `select_last_index`. */
const argReduce: Infer = (context) => {
  const x = context.shape(0);
  const axis = x && normalizeAxis(attributeNumber(context.node, 'axis') ?? 0, x.length);
  if (!x || axis === null) return [{ shape: null, dtype: 'int64' }];
  const keep = attributeNumber(context.node, 'keepdims') !== 0;
  return [{ shape: keep ? withDim(x, axis, 1) : x.toSpliced(axis, 1), dtype: 'int64' }];
};

/** As many slices along the axis (elements, without one) as the condition is true. */
const compress: Infer = (context) => {
  const count = context.value(1)?.filter((value) => value !== 0).length ?? null;
  const stated = attributeNumber(context.node, 'axis');
  if (stated === null) return [{ shape: [count] }];
  const x = context.shape(0);
  const axis = x && normalizeAxis(stated, x.length);
  return x && axis !== null ? [{ shape: withDim(x, axis, count) }] : [];
};

/** One column a value that is not zero. */
const nonZero: Infer = (context) => {
  const rank = context.shape(0)?.length ?? null;
  const count = context.value(0)?.filter((value) => value !== 0).length ?? null;
  return [{ shape: [rank, count], dtype: 'int64' }];
};

/** Slices along an axis as texts, so that they can be told apart. */
function slicesOf(values: KnownValues, shape: readonly number[], axis: number): readonly string[] {
  const inner = shape.slice(axis + 1).reduce((total, dim) => total * dim, 1);
  const length = shape[axis]!;
  const slices: number[][] = Array.from({ length }, () => []);
  for (const [index, value] of values.entries()) slices[Math.floor(index / inner) % length]!.push(value);
  return slices.map((slice) => slice.join());
}

function distinctCount(context: InferenceContext, x: Shape | null, axis: number | null): number | null {
  const values = context.value(0);
  if (!values || !x) return null;
  if (axis === null) return new Set(values).size;
  return new Set(slicesOf(values, x as readonly number[], axis)).size;
}

const unique: Infer = (context) => {
  const x = context.shape(0);
  const stated = attributeNumber(context.node, 'axis');
  const axis = stated === null || !x ? null : normalizeAxis(stated, x.length);
  const count = distinctCount(context, x, axis);
  const places: OutputFacts = { shape: [count], dtype: 'int64' };
  const from = stated === null ? x && product(x) : x && axis !== null ? (x[axis] ?? null) : null;
  const y = stated === null ? [count] : x && axis !== null ? withDim(x, axis, count) : null;
  return [{ shape: y }, places, { shape: [from], dtype: 'int64' }, places];
};

const gatherNd: Infer = (context) => {
  const data = context.shape(0);
  const indices = context.shape(1);
  const depth = indices?.at(-1);
  if (!data || !indices || typeof depth !== 'number') return [];
  const batchDims = attributeNumber(context.node, 'batch_dims') ?? 0;
  return [{ shape: [...indices.slice(0, -1), ...data.slice(batchDims + depth)] }];
};

/** Operators that pick elements. What NonMaxSuppression picks, only running tells. */
export const selecting: OpaqueRules = {
  TopK: { infer: topK, roles: ['input', 'sizes'] },
  TOPK_V2: { infer: topK, roles: ['input', 'sizes'] },
  OneHot: { infer: oneHot, roles: ['indices', 'sizes', 'value'] },
  ONE_HOT: { infer: oneHot, roles: ['indices', 'sizes', 'value'] },
  ArgMax: { infer: argReduce },
  ArgMin: { infer: argReduce },
  Compress: { infer: compress, roles: ['input', 'condition'] },
  NonZero: { infer: nonZero, roles: ['input'] },
  Unique: { infer: unique, roles: ['input'] },
  GatherElements: {
    infer: (context) => [{ shape: context.shape(1) }],
    roles: [{ activation: 'input', constant: 'table' }, 'indices'],
  },
  GatherND: { infer: gatherNd, roles: [{ activation: 'input', constant: 'table' }, 'indices'] },
  NonMaxSuppression: {
    infer: () => [{ shape: [null, 3], dtype: 'int64' }],
    roles: ['input', 'input', 'sizes', 'bounds', 'bounds'],
  },
};
