import { isFloat, isInteger, type DType } from '../dtype';
import type { Cast, Plain } from '../ops/rearrange';
import { isStatic } from '../shape';
import type { Definitions, InferenceContext, KnownValues, OutputFacts } from './definition';
import { product } from './dims';

/** Longest list of values carried through inference: no shape computation of a real model needs more. */
export const KNOWN_VALUES_LIMIT = 1024;

/** TFLite's SHAPE gives int32 unless told otherwise, ONNX's Shape always int64. */
function shapeDtype(context: InferenceContext): DType {
  return context.node.source.op === 'SHAPE' ? 'int32' : 'int64';
}

function inferShape(context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  const dtype = shapeDtype(context);
  if (!x) return [{ shape: [null], dtype }];
  return [{ shape: [x.length], dtype, value: isStatic(x) ? x : null }];
}

function inferRank(context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  return [{ shape: [], dtype: shapeDtype(context), value: x ? [x.length] : null }];
}

function castValues(values: KnownValues | null, to: DType): KnownValues | null {
  if (!values) return null;
  if (isInteger(to)) return values.map((value) => Math.trunc(value));
  if (to === 'bool') return values.map((value) => (value === 0 ? 0 : 1));
  return isFloat(to) ? values : null;
}

function inferCast(op: Cast, context: InferenceContext): readonly OutputFacts[] {
  return [{ shape: context.shape(0), dtype: op.to, value: castValues(context.value(0), op.to) }];
}

/** TFLite FILL fills with its second input, ONNX ConstantOfShape with its attribute. */
function inferFill(op: Plain, context: InferenceContext): readonly OutputFacts[] {
  const dims = context.value(0);
  const dtype = op.output ?? context.dtype(1) ?? 'unknown';
  if (!dims) {
    const rank = context.shape(0)?.[0];
    return [{ shape: typeof rank === 'number' && rank <= 64 ? Array.from({ length: rank }, () => null) : null, dtype }];
  }
  return [{ shape: dims, dtype, value: filled(product(dims), op.value ?? context.value(1)?.[0]) }];
}

function filled(count: number | null, fill: number | undefined): KnownValues | null {
  const isSmall = count !== null && count >= 0 && count <= KNOWN_VALUES_LIMIT;
  return isSmall && fill !== undefined ? Array.from({ length: count }, () => fill) : null;
}

function inferRange(context: InferenceContext): readonly OutputFacts[] {
  const start = context.value(0)?.[0];
  const limit = context.value(1)?.[0];
  const delta = context.value(2)?.[0];
  if (start === undefined || limit === undefined || delta === undefined || delta === 0) return [{ shape: [null] }];
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (!Number.isSafeInteger(count)) return [{ shape: [null] }];
  const value = count <= KNOWN_VALUES_LIMIT ? Array.from({ length: count }, (_, index) => start + index * delta) : null;
  return [{ shape: [count], value }];
}

/** Indices of what is not zero: ONNX NonZero gives [rank, n], TFLite WHERE [n, rank]. */
function inferWhere(context: InferenceContext): readonly OutputFacts[] {
  const rank = context.shape(0)?.length ?? null;
  return [{ shape: context.node.source.op === 'WHERE' ? [null, rank] : [rank, null], dtype: 'int64' }];
}

export const making: Definitions<'Shape' | 'Rank' | 'Cast' | 'Fill' | 'ZerosLike' | 'Range' | 'Constant' | 'Where'> = {
  Shape: { infer: (_op, context) => inferShape(context) },
  Rank: { infer: (_op, context) => inferRank(context) },
  Cast: { infer: inferCast, carries: 0, detail: (op) => `to ${op.to}` },
  Fill: { infer: inferFill, roles: () => ['shape', 'value'] },
  ZerosLike: { infer: (_op, context) => [{ shape: context.shape(0) }] },
  Range: { infer: (_op, context) => inferRange(context), roles: () => ['bounds'] },
  Constant: { infer: () => [] },
  Where: { infer: (_op, context) => inferWhere(context) },
};
