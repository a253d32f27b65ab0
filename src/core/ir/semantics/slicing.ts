import type { Slice } from '../ops/rearrange';
import type { Dim } from '../shape';
import type { Definitions, InferenceContext, KnownValues, OutputFacts } from './definition';
import { normalizeAxes } from './dims';

interface Range {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

/** numpy's basic slicing of a dimension: bounds clamped, negative ones counted from the end. */
function clampRange(length: number, begin: number, end: number, step: number): Range {
  const [least, most] = step > 0 ? [0, length] : [-1, length - 1];
  const place = (bound: number): number => Math.min(Math.max(bound < 0 ? bound + length : bound, least), most);
  return { start: place(begin), stop: place(end), step };
}

function rangeLength({ start, stop, step }: Range): number {
  return Math.max(0, Math.ceil((stop - start) / step));
}

/** Bounds of one axis as far as they are known. */
interface Bounds {
  readonly begin: KnownValues | null;
  readonly end: KnownValues | null;
  /** Null when there are strides and they are not known. */
  readonly strides: KnownValues | null;
}

function boundsOf(op: Slice, context: InferenceContext): Bounds {
  const strides = op.strides ?? (context.has(4) ? context.value(4) : []);
  return { begin: op.begin ?? context.value(1), end: op.end ?? context.value(2), strides };
}

function rangeOf(bounds: Bounds, index: number, length: Dim | undefined): Range | null {
  const from = bounds.begin?.[index];
  const to = bounds.end?.[index];
  if (typeof length !== 'number' || from === undefined || to === undefined || !bounds.strides) return null;
  const step = bounds.strides[index] ?? 1;
  return step === 0 ? null : clampRange(length, from, to, step);
}

function axesOf(op: Slice, context: InferenceContext, bounds: Bounds, rank: number): readonly number[] | null {
  if (op.axes) return op.axes;
  if (context.has(3)) return context.value(3);
  const count = bounds.begin?.length ?? bounds.end?.length ?? rank;
  return Array.from({ length: Math.min(count, rank) }, (_, axis) => axis);
}

function slicedValues(values: KnownValues, range: Range): KnownValues {
  return Array.from({ length: rangeLength(range) }, (_, index) => values[range.start + index * range.step] ?? 0);
}

function inferSlice(op: Slice, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  if (!x) return [];
  const bounds = boundsOf(op, context);
  const axes = axesOf(op, context, bounds, x.length);
  if (!axes || normalizeAxes(axes, x.length) === null) {
    return [{ shape: op.shrink.length > 0 ? null : x.map(() => null) }];
  }
  const dims = [...x];
  let value = x.length === 1 ? context.value(0) : null;
  for (const [index, axis] of axes.entries()) {
    const at = axis < 0 ? axis + x.length : axis;
    const range = rangeOf(bounds, index, x[at]);
    dims[at] = range && rangeLength(range);
    value = value && range && slicedValues(value, range);
  }
  const gone = normalizeAxes(op.shrink, x.length) ?? new Set<number>();
  return [{ shape: dims.filter((_, axis) => !gone.has(axis)), value }];
}

export const slicing: Definitions<'Slice'> = {
  Slice: { infer: inferSlice, roles: () => ['input', 'indices'] },
};
