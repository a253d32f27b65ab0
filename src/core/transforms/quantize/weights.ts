import { ModelError } from '../../ir/errors';
import type { Quantization } from '../../ir/quantization';
import { INT8_MAX, quantizeInt8 } from './affine';

/** Integers and how they stand for reals. */
export interface QuantizedConstant {
  readonly dtype: 'int8' | 'int32';
  readonly bytes: Uint8Array;
  readonly quantization: Quantization;
}

/** How the channels of a weight array lie: element i belongs to channel floor(i / inner) mod channels. */
export interface ChannelLayout {
  readonly axis: number;
  readonly channels: number;
  readonly inner: number;
}

export function channelsAlong(shape: readonly number[], axis: number): ChannelLayout {
  return { axis, channels: shape[axis]!, inner: shape.slice(axis + 1).reduce((product, dim) => product * dim, 1) };
}

// A bias must fit int32 at scale input · weights; half the type's range leaves room for the sum added to it.
const MAX_BIAS_INTEGER = 2 ** 30;

/** Biases that go with weights: real values by channel, and the scale of the operator's input. */
export interface BiasedBy {
  readonly bias: ArrayLike<number> | null;
  readonly inputScale: number;
}

/**
 * Symmetric int8 weights, −127 to 127, one scale a channel (or one in all for `layout` null):
 * scale = max |w| / 127, widened where the channel's bias would not fit int32 otherwise.
 * Source of the ranges: TensorFlow Lite 8-bit quantization specification. Throws ModelError `not-finite`.
 */
export function quantizeWeights(
  reals: ArrayLike<number>,
  layout: ChannelLayout | null,
  biased: BiasedBy,
  name: string,
): QuantizedConstant {
  const channels = layout?.channels ?? 1;
  const channelOf = layout ? (i: number) => Math.floor(i / layout.inner) % channels : () => 0;
  const sizes = largestSizes(reals, channels, channelOf, name);
  const scales = weightScales(sizes, biased, layout !== null);
  const integers = new Int8Array(reals.length);
  for (let i = 0; i < reals.length; i++) {
    integers[i] = quantizeInt8(reals[i]!, scales[channelOf(i)]!, 0, -INT8_MAX);
  }
  return {
    dtype: 'int8',
    bytes: new Uint8Array(integers.buffer),
    quantization: { scales, zeroPoints: new Int32Array(channels), axis: layout?.axis ?? null },
  };
}

function largestSizes(
  reals: ArrayLike<number>,
  channels: number,
  channelOf: (i: number) => number,
  name: string,
): Float64Array {
  const sizes = new Float64Array(channels);
  for (let i = 0; i < reals.length; i++) {
    const size = Math.abs(reals[i]!);
    if (!(size < Infinity)) {
      throw new ModelError('not-finite', `The weights of ${name} hold values that are not finite numbers.`, [name]);
    }
    const channel = channelOf(i);
    if (size > sizes[channel]!) sizes[channel] = size;
  }
  return sizes;
}

function weightScales(sizes: Float64Array, { bias, inputScale }: BiasedBy, perChannel: boolean): Float32Array {
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  // A channel of zeros, or nearly, takes a scale that is a normal number and no odd multiplier for the kernels.
  const floor = largest > 0 ? (largest / INT8_MAX) * 2 ** -20 : 1;
  const scales = Float32Array.from(sizes, (size) => Math.max(size / INT8_MAX, floor));
  if (!bias) return scales;
  for (let i = 0; i < bias.length; i++) {
    const channel = perChannel ? i : 0;
    const least = Math.abs(bias[i]!) / (inputScale * MAX_BIAS_INTEGER);
    if (least > scales[channel]!) scales[channel] = least;
  }
  return scales;
}

/**
 * int32 biases at scale input · weights and zero point 0, one a channel. Source: TensorFlow Lite 8-bit quantization
 * specification. Throws ModelError `not-finite`.
 */
export function quantizeBias(
  reals: ArrayLike<number>,
  inputScale: number,
  weights: Quantization,
  name: string,
): QuantizedConstant {
  const perChannel = weights.axis !== null;
  const scales = Float32Array.from(weights.scales, (scale) => inputScale * scale);
  const integers = new Int32Array(reals.length);
  for (let i = 0; i < reals.length; i++) {
    const real = reals[i]!;
    if (!Number.isFinite(real)) {
      throw new ModelError('not-finite', `The bias of ${name} holds values that are not finite numbers.`, [name]);
    }
    integers[i] = Math.round(real / scales[perChannel ? i : 0]!);
  }
  return {
    dtype: 'int32',
    bytes: new Uint8Array(integers.buffer),
    quantization: { scales, zeroPoints: new Int32Array(scales.length), axis: perChannel ? 0 : null },
  };
}
