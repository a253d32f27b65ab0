import type { Graph, Node } from '../../ir/graph';
import type { OpKind } from '../../ir/ops/op';
import type { Padding } from '../../ir/ops/common';
import type { Conv, DepthwiseConv2d } from '../../ir/ops/convolution';
import { isStatic, type Shape } from '../../ir/shape';

/** Rows (or columns) of a tensor, the end not included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Operators whose result at a pixel needs the operands at that pixel alone. */
const POINTWISE: ReadonlySet<OpKind> = new Set<OpKind>([
  ...(['Add', 'Sub', 'Mul', 'Div', 'Minimum', 'Maximum', 'SquaredDifference', 'Unary', 'Activation'] as const),
  ...(['BatchNorm', 'Quantize', 'Dequantize', 'Concat', 'Identity'] as const),
]);

/**
 * Rows (`dimension` 0) or columns (1) of an operand that a node needs for these of its result: the receptive field,
 * clipped to the operand, whose padding is no memory. Null for an operator that needs the whole plane, or is not
 * modelled. `size` is the operand's, `result` the result's number of rows or columns.
 *
 * o from a to b needs a·stride − begin to (b − 1)·stride − begin + (k − 1)·dilation + 1: see "Computing Receptive
 * Fields of Convolutional Neural Networks" (Araujo, Norris, Sim, 2019), section 2.
 */
export function neededSpan(
  graph: Graph,
  { op, inputs }: Node,
  dimension: 0 | 1,
  wanted: Span,
  sizes: { readonly operand: number; readonly result: number },
): Span | null {
  if (POINTWISE.has(op.kind)) return sizes.operand === sizes.result ? wanted : null;
  if (op.kind === 'Pad') return padSpan(wanted, sizes);
  if (op.kind === 'Pool') return windowSpan({ ...op, size: op.window[dimension] ?? 1 }, dimension, wanted, sizes);
  if (op.kind !== 'Conv2d' && op.kind !== 'DepthwiseConv2d') return null;
  const size = kernelSize(op, graph.tensors[inputs[1] ?? -1]?.shape ?? null, dimension);
  return size === null ? null : windowSpan({ ...op, size }, dimension, wanted, sizes);
}

/** Where the padding stands is not asked: the halo is at most all that it adds. */
function padSpan(wanted: Span, sizes: { readonly operand: number; readonly result: number }): Span | null {
  const added = sizes.result - sizes.operand;
  return added < 0 ? null : clipped(wanted.from - added, wanted.to, sizes.operand);
}

function kernelSize(op: Conv | DepthwiseConv2d, weights: Shape | null, dimension: 0 | 1): number | null {
  if (!isStatic(weights) || weights.length !== 4 || op.filterOrder !== undefined) return null;
  return weights[(op.layout === 'NHWC' ? 1 : 2) + dimension]!;
}

interface Sliding {
  readonly size: number;
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: Padding;
}

function windowSpan(
  { size, strides, dilations, padding }: Sliding,
  dimension: 0 | 1,
  wanted: Span,
  sizes: { readonly operand: number; readonly result: number },
): Span {
  const stride = strides[dimension] ?? 1;
  const extent = (size - 1) * (dilations[dimension] ?? 1) + 1;
  const begin = paddingBefore(padding, dimension, Math.max(0, (sizes.result - 1) * stride + extent - sizes.operand));
  return clipped(wanted.from * stride - begin, (wanted.to - 1) * stride - begin + extent, sizes.operand);
}

function paddingBefore(padding: Padding, dimension: 0 | 1, total: number): number {
  switch (padding.kind) {
    case 'valid':
      return 0;
    case 'same':
      return padding.odd === 'upper' ? Math.floor(total / 2) : Math.ceil(total / 2);
    case 'explicit':
      return padding.begin[dimension] ?? 0;
  }
}

function clipped(from: number, to: number, size: number): Span {
  const start = Math.min(size, Math.max(0, from));
  return { from: start, to: Math.max(start, Math.min(size, to)) };
}

/** The least span that holds both. */
export function hull(a: Span | null, b: Span): Span {
  return a === null ? b : { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}
