import type { QuantizedMultiplier } from '../fixedPoint';

/** Channels that the fast kernels compute at once. */
export const BLOCK = 8;

/** What the plain kernels know of an output channel. */
export interface ChannelSums {
  readonly bias: number;
  readonly by: QuantizedMultiplier;
  /** Sum of its weights, and of their magnitudes. */
  readonly weights: number;
  readonly magnitudes: number;
}

/** Whether the vector arithmetic is exact: no sum overflows, and the right shift can be a multiplication. */
export function isExact({ bias, by, magnitudes }: ChannelSums): boolean {
  return Math.abs(bias) + 255 * magnitudes < 2 ** 30 && by.shift >= -30 && by.shift <= 30;
}

/**
 * The six vectors of each block of channels that `rescale` of src/assembly/integerKernels.ts reads. Activations keep
 * their zero point: the bias takes it off.
 */
export function packScales(channels: readonly ChannelSums[], zeroPoint: number): Int32Array {
  const blocks = Math.ceil(channels.length / BLOCK);
  const packed = new Int32Array(blocks * 6 * BLOCK);
  for (const [index, { bias, by, weights }] of channels.entries()) {
    const at = Math.floor(index / BLOCK) * 6 * BLOCK + (index % BLOCK);
    const right = Math.max(0, -by.shift);
    packed[at] = bias - zeroPoint * weights;
    packed[at + BLOCK] = by.multiplier;
    packed[at + 2 * BLOCK] = 2 ** Math.max(0, by.shift);
    packed[at + 3 * BLOCK] = right > 0 ? 2 ** (right - 1) : 0;
    packed[at + 4 * BLOCK] = right > 0 ? -1 : 0;
    packed[at + 5 * BLOCK] = 2 ** (30 - right);
  }
  return packed;
}
