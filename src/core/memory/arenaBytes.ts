import { bitsOf } from '../ir/dtype';
import { bindShape } from '../ir/shape';
import type { Tensor } from '../ir/tensor';

/** TFLM aligns every buffer of the arena to this (MicroArenaBufferAlignment in micro_arena_constants.h). */
const ARENA_ALIGNMENT = 16;

/** `bytes` rounded up to the arena's alignment. */
export function alignUp(bytes: number): number {
  return Math.ceil(bytes / ARENA_ALIGNMENT) * ARENA_ALIGNMENT;
}

/**
 * Unaligned bytes that a value of this tensor takes in the arena, free dimensions bound to 1 and a whole byte for each
 * sub-byte value; null when the type has no fixed size or the rank is not known. Handles of resource variables are kept
 * with what is persistent: they take none.
 * Source: TfLiteEvalTensorByteLength and TfLiteTypeSizeOf in tensorflow/tflite-micro memory_helpers.cc.
 */
export function arenaBytes(tensor: Tensor): number | null {
  if (tensor.dtype === 'resource') return 0;
  const bits = bitsOf(tensor.dtype);
  if (bits === 0 || tensor.shape === null) return null;
  const size = Math.max(1, bits / 8);
  return bindShape(tensor.shape).reduce((product, dim) => product * Math.max(0, dim), size);
}
