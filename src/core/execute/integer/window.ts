import type { Padding } from '../../ir/ops/common';
import { refuse } from './kernel';

/** How a window slides along one spatial dimension. */
export interface Slide {
  readonly input: number;
  readonly output: number;
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  /** Elements of padding before the first. */
  readonly before: number;
}

export interface SlideParts {
  readonly input: number;
  readonly output: number;
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
}

/**
 * Where the window starts: TFLite kernels/padding.h. The amount comes from the size that the padding rule gives, not
 * from the output tensor.
 */
export function slideOf(parts: SlideParts, padding: Padding, dimension: number): Slide {
  const { input, size, stride, dilation } = parts;
  if (stride < 1 || dilation < 1) return refuse('a stride or dilation is not positive');
  const extent = (size - 1) * dilation + 1;
  if (padding.kind === 'explicit') return { ...parts, before: padding.begin[dimension] ?? 0 };
  const positions =
    padding.kind === 'same' ? Math.ceil(input / stride) : Math.floor((input + stride - extent) / stride);
  const total = Math.max(0, (positions - 1) * stride + extent - input);
  return { ...parts, before: Math.floor(total / 2) };
}
