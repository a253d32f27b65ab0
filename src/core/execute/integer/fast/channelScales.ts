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

const NOTHING: QuantizedMultiplier = { multiplier: 0, shift: 0 };

/**
 * The channel with a multiplier that the vector arithmetic is exact for; null where it is not: its sums must fit 32 bits
 * with what rounding adds, and its right shift is a multiplication by 2^(30 - shift). A shift by 31 leaves nothing of
 * most sums (those of channels that quantization left dead), which a multiplier of 0 says as well.
 */
export function exactChannel(channel: ChannelSums): ChannelSums | null {
  const { bias, by, magnitudes } = channel;
  const largest = Math.abs(bias) + 255 * magnitudes;
  const right = Math.max(0, -by.shift);
  if (right > 30) {
    const scaled = (largest * by.multiplier) / 2 ** 31 + 1;
    return largest < 2 ** 31 && scaled < 2 ** 30 ? { ...channel, by: NOTHING } : null;
  }
  return largest + 2 ** right / 2 + 1 < 2 ** 31 && by.shift <= 30 ? channel : null;
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
    packed[at] = bias - zeroPoint * weights; // wraps as the sums do
    packed[at + BLOCK] = by.multiplier;
    packed[at + 2 * BLOCK] = 2 ** Math.max(0, by.shift);
    packed[at + 3 * BLOCK] = right > 0 ? 2 ** (right - 1) : 0;
    packed[at + 4 * BLOCK] = right > 0 ? -1 : 0;
    packed[at + 5 * BLOCK] = 2 ** (30 - right);
  }
  return packed;
}
