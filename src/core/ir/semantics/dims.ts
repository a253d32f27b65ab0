import type { Padding } from '../ops/common';
import { isStatic, type Dim, type Shape } from '../shape';

/** Axis counted from 0, or null when it is not one of `rank` axes. */
export function normalizeAxis(axis: number, rank: number): number | null {
  const normal = axis < 0 ? axis + rank : axis;
  return Number.isInteger(normal) && normal >= 0 && normal < rank ? normal : null;
}

/** Axes counted from 0 as a set; null when one is out of range. */
export function normalizeAxes(axes: readonly number[], rank: number): ReadonlySet<number> | null {
  const normal = new Set<number>();
  for (const axis of axes) {
    const one = normalizeAxis(axis, rank);
    if (one === null) return null;
    normal.add(one);
  }
  return normal;
}

/** A copy with one dimension replaced. */
export function withDim(shape: Shape, axis: number, dim: Dim): Shape {
  return shape.map((old, index) => (index === axis ? dim : old));
}

function broadcastDim(a: Dim, b: Dim): Dim {
  if (a === b) return a;
  if (a === 1) return b;
  if (b === 1) return a;
  // An unknown dimension beside a count above 1 must be 1 or that count.
  if (typeof a === 'number' && typeof b !== 'number') return a;
  if (typeof b === 'number' && typeof a !== 'number') return b;
  return null;
}

/** numpy's broadcasting; null as soon as one rank is unknown. */
export function broadcast(shapes: readonly (Shape | null)[]): Shape | null {
  let result: Shape = [];
  for (const shape of shapes) {
    if (shape === null) return null;
    const rank = Math.max(result.length, shape.length);
    const left = result;
    result = Array.from({ length: rank }, (_, index) =>
      broadcastDim(
        left[index - rank + left.length] ?? dimBefore(left, rank, index),
        shape[index - rank + shape.length] ?? dimBefore(shape, rank, index),
      ),
    );
  }
  return result;
}

/** 1 where the shape has no such dimension, null where the dimension is there but unknown. */
function dimBefore(shape: Shape, rank: number, index: number): Dim {
  return index - rank + shape.length < 0 ? 1 : null;
}

/** Product of dimensions, null when one is unknown. */
export function product(dims: Shape): number | null {
  return isStatic(dims) ? dims.reduce((total, dim) => total * dim, 1) : null;
}

export interface Window {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: Padding;
  /** Which spatial dimension it slides over, for explicit padding. */
  readonly dimension: number;
  readonly ceil: boolean;
}

/** Pixels that a dilated window spans. */
export function windowExtent(size: number, dilation: number): number {
  return (size - 1) * dilation + 1;
}

/** Positions of a sliding window along one dimension (ONNX Conv and pooling; TFLite's SAME and VALID agree). */
export function slide(input: Dim, window: Window): Dim {
  const { size, stride, dilation, padding, dimension, ceil } = window;
  if (typeof input !== 'number' || !(stride > 0)) return null;
  if (padding.kind === 'same') return Math.ceil(input / stride);
  const begin = padding.kind === 'explicit' ? (padding.begin[dimension] ?? 0) : 0;
  const end = padding.kind === 'explicit' ? (padding.end[dimension] ?? 0) : 0;
  const steps = (input + begin + end - windowExtent(size, dilation)) / stride;
  const count = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
  // With ceil, a window that would start in the padding after the end does not count.
  const fitting = ceil && (count - 1) * stride >= input + begin ? count - 1 : count;
  return Math.max(0, fitting);
}

/** Size along one dimension of a transposed convolution, the inverse of `slide`. */
export function slideBack(input: Dim, window: Window, outputPadding: number): Dim {
  const { size, stride, dilation, padding, dimension } = window;
  if (typeof input !== 'number') return null;
  if (padding.kind === 'same') return input * stride;
  const begin = padding.kind === 'explicit' ? (padding.begin[dimension] ?? 0) : 0;
  const end = padding.kind === 'explicit' ? (padding.end[dimension] ?? 0) : 0;
  return Math.max(0, (input - 1) * stride + windowExtent(size, dilation) + outputPadding - begin - end);
}

/** Indices of the spatial dimensions and the channels for a rank and layout. */
export function spatialAxes(
  rank: number,
  layout: 'NHWC' | 'NCHW',
): { readonly first: number; readonly channels: number } {
  return layout === 'NHWC' ? { first: 1, channels: rank - 1 } : { first: 2, channels: 1 };
}

/** `3×3`, or `3` in one dimension. */
export function formatWindow(window: readonly number[]): string {
  return window.join('×');
}

/** ` /2`, ` /2×1` for uneven strides, nothing for 1. */
export function formatStrides(strides: readonly number[]): string {
  if (strides.every((stride) => stride === 1)) return '';
  return strides.every((stride) => stride === strides[0]) ? ` /${strides[0]}` : ` /${strides.join('×')}`;
}
