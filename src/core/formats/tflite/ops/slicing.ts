import type { Op } from '../../../ir/ops/op';
import type { MapperTable, OperatorView } from './mapper';
import { extentOf, flagOf, numberOf, rankOf } from './mapper';

/** Bounds that every slice clamps to the extent: "to the end", and "to the start" of a backward slice. */
const toEnd = 2 ** 31 - 1;
const toStart = -(2 ** 31);

const openSlice = { kind: 'Slice', begin: null, end: null, strides: null, axes: null, shrink: [] } as const;

/** SLICE: x, begin, size; a size of -1 takes the rest. */
function slice(operator: OperatorView): Op {
  const begin = operator.integers(1);
  const size = operator.integers(2);
  if (!begin || size?.length !== begin.length) return openSlice;
  return {
    kind: 'Slice',
    begin,
    end: size.map((count, i) => (count < 0 ? toEnd : begin[i]! + count)),
    strides: begin.map(() => 1),
    axes: begin.map((_, i) => i),
    shrink: [],
  };
}

interface Span {
  readonly axis: number;
  readonly begin: number;
  readonly end: number;
  readonly stride: number;
  readonly shrinks: boolean;
}

/**
 * STRIDED_SLICE: x, begin, end, strides, with bit masks. New axes cannot be said with a Slice; an ellipsis can where the
 * rank is known.
 */
function stridedSlice(operator: OperatorView): Op | null {
  if (numberOf(operator, 'new_axis_mask') !== 0) return null;
  const begin = operator.integers(1);
  const end = operator.integers(2);
  const strides = operator.integers(3);
  if (!begin || end?.length !== begin.length || strides?.length !== begin.length) return openSlice;
  const axes = axesOf(operator, begin.length);
  if (!axes) return openSlice;
  const spans = begin.flatMap((first, i) => {
    const axis = axes[i];
    return axis === undefined || axis === null ? [] : [spanOf(operator, i, axis, first, end[i]!, strides[i]!)];
  });
  return {
    kind: 'Slice',
    begin: spans.map((span) => span.begin),
    end: spans.map((span) => span.end),
    strides: spans.map((span) => span.stride),
    axes: spans.map((span) => span.axis),
    shrink: spans.filter((span) => span.shrinks).map((span) => span.axis),
  };
}

/** The axis of each entry, null at the ellipsis; null altogether when an ellipsis meets an unknown rank. */
function axesOf(operator: OperatorView, entries: number): readonly (number | null)[] | null {
  const ellipsis = numberOf(operator, 'ellipsis_mask');
  const all = Array.from({ length: entries }, (_, i) => i);
  if (ellipsis === 0) return all;
  const rank = rankOf(operator.inputs[0]);
  if (rank === null) return null;
  const at = 31 - Math.clz32(ellipsis & -ellipsis);
  return all.map((i) => (i === at ? null : i < at ? i : rank - entries + i));
}

function spanOf(operator: OperatorView, entry: number, axis: number, first: number, last: number, step: number): Span {
  const has = (mask: string) => ((numberOf(operator, mask) >> entry) & 1) === 1;
  if (has('shrink_axis_mask')) {
    const end = first === -1 ? toEnd : first + 1;
    return { axis, begin: first, end, stride: 1, shrinks: true };
  }
  const forward = step > 0;
  const extent = extentOf(operator.inputs[0], axis);
  const begin = has('begin_mask') ? (forward ? 0 : (extent ?? toEnd + 1) - 1) : first;
  const given = flagOf(operator, 'offset') ? begin + last : last;
  const end = has('end_mask') ? (forward ? (extent ?? toEnd) : toStart) : given;
  return { axis, begin, end, stride: step, shrinks: false };
}

export const slicingMappers: MapperTable = { SLICE: slice, STRIDED_SLICE: stridedSlice };
