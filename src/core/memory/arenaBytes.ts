import { bitsOf } from '../ir/dtype';
import { bindShape, type Shape } from '../ir/shape';
import type { Tensor } from '../ir/tensor';

/** TFLM aligns every buffer of the arena to this (MicroArenaBufferAlignment in micro_arena_constants.h). */
export const ARENA_ALIGNMENT = 16;

/** `bytes` rounded up to the arena's alignment. */
export function alignUp(bytes: number): number {
  return Math.ceil(bytes / ARENA_ALIGNMENT) * ARENA_ALIGNMENT;
}

/**
 * Bytes of one element in the arena: a whole byte for each sub-byte value, four for a resource handle, null for types
 * without a fixed size. Source: TfLiteTypeSizeOf in tensorflow/tflite-micro memory_helpers.cc.
 */
function elementBytes(tensor: Tensor): number | null {
  if (tensor.dtype === 'resource') return 4;
  const bits = bitsOf(tensor.dtype);
  return bits === 0 ? null : Math.max(1, bits / 8);
}

/**
 * Unaligned bytes that a value of this tensor takes in the arena, free dimensions bound to 1; null when the type or the
 * rank is not known. Source: TfLiteEvalTensorByteLength in tensorflow/tflite-micro memory_helpers.cc.
 */
export function arenaBytes(tensor: Tensor, shape: Shape | null): number | null {
  const size = elementBytes(tensor);
  if (size === null || shape === null) return null;
  return bindShape(shape).reduce((product, dim) => product * Math.max(0, dim), size);
}
