import type { ConvolutionGeometry, Extent } from '../cmsisNn/convolutionGeometry';

/** Alignment, and what assembly reads before and after a buffer. */
const MARGIN = 64;

/** Padded inputs of 3x3 depthwise convolutions beyond this are taken row by row. */
const MOST_PADDED_BYTES = 40 * 1024;

/** Operands of other depthwise convolutions, widened to int16, beyond this are taken row by row. */
const MOST_WIDENED_BYTES = 48 * 1024;

/** A convolution whose stride is known. */
type Strided = ConvolutionGeometry & { readonly stride: Extent };

/** Scratch bytes of an int8 convolution. Source: esp_nn_get_conv_scratch_size_esp32s3 in ESP-NN d45b843c. */
export function convS3Bytes(geometry: Strided): number {
  const { input, inputChannels, filter, output, outputChannels, padding, stride } = geometry;
  if (filter.width === 1 && filter.height === 1 && !isPadded(padding) && stride.width === 1 && stride.height === 1) {
    return pointwiseBytes(area(input), inputChannels, outputChannels);
  }
  const row = filter.width * inputChannels;
  const window = row * filter.height;
  if (row < 16 && window >= 16) return outputChannels * (4 + roundUp(window, 16)) + roundUp(window, 16) + 32 + MARGIN;
  const padded = isPadded(padding) ? area(grown(input, twice(padding))) * inputChannels : 0;
  const filters = (area(filter) * roundUp(inputChannels, 16) + roundUp(row, 16) * filter.height) * outputChannels;
  const beyond = reachBeyond(input, filter, output, stride);
  const boundary = isPadded(beyond) ? area(grown(input, beyond)) * inputChannels : 0;
  return padded + filters + boundary + MARGIN + 4 * outputChannels;
}

/** Scratch bytes of an int8 depthwise convolution. Source: esp_nn_get_depthwise_conv_scratch_size_esp32s3. */
export function depthwiseS3Bytes(geometry: Strided, multiplier: number): number {
  const { input, inputChannels, filter } = geometry;
  const filterElements = area(filter) * inputChannels * multiplier;
  const inputElements = area(input) * inputChannels;
  const widened = 2 * (filterElements + inputElements);
  if (multiplier === 1 && inputChannels % 8 === 0) {
    if (filter.width === 3 && filter.height === 3) return threeByThreeBytes(geometry, filterElements, widened);
    const tile = 2 * filterElements + 2 * input.width * filter.height * inputChannels;
    return (widened <= MOST_WIDENED_BYTES ? widened : tile) + 32;
  }
  if (multiplier === 1 && inputChannels > 3) return paddedChannelsBytes(geometry);
  return multiplier % 4 === 0 ? widened + 32 : 32;
}

/** A 1x1 convolution: channels padded to eight, and eight pixels transposed at a time. */
function pointwiseBytes(pixels: number, inputChannels: number, outputChannels: number): number {
  const channels = roundUp(inputChannels, 8);
  const padded = inputChannels % 8 === 0 ? 0 : pixels * channels;
  const transposed = pixels < 8 ? 0 : 16 * channels;
  return padded + channels * outputChannels + transposed + MARGIN;
}

/** A 3x3 filter over a multiple of eight channels, one output channel each. */
function threeByThreeBytes(geometry: Strided, filterElements: number, widened: number): number {
  const { input, inputChannels, filter, output, padding, stride } = geometry;
  if (inputChannels % 16 === 0) {
    const margin = isPadded(padding) ? twice(padding) : beyondUnclamped(input, filter, output, stride);
    if (!isPadded(margin)) return filterElements + 16;
    const padded = grown(input, margin);
    const whole = area(padded) * inputChannels;
    return filterElements + (whole <= MOST_PADDED_BYTES ? whole : padded.width * 3 * inputChannels) + 16;
  }
  if (inputChannels < 12) return widened + 32;
  const channels = roundUp(inputChannels, 16);
  const margin = grown(twice(padding), reachBeyond(input, filter, output, stride));
  return channels * (9 + area(grown(input, margin)) + area(output)) + 64;
}

/** Channels padded to a multiple of eight: filter and input as int16, output, then bias, shift and multiplier. */
function paddedChannelsBytes({ input, inputChannels, filter, output }: Strided): number {
  const channels = roundUp(inputChannels, 8);
  const widened = roundUp(2 * area(filter) * channels, 16) + 2 * area(input) * channels;
  return roundUp(roundUp(widened, 16) + area(output) * channels, 16) + 12 * channels + 16;
}

/** How far windows reach beyond the input to the right and below, were there no padding before it. */
function beyondUnclamped(input: Extent, filter: Extent, output: Extent, stride: Extent): Extent {
  return {
    height: output.height * stride.height + filter.height - 1 - input.height,
    width: output.width * stride.width + filter.width - 1 - input.width,
  };
}

function reachBeyond(input: Extent, filter: Extent, output: Extent, stride: Extent): Extent {
  const { height, width } = beyondUnclamped(input, filter, output, stride);
  return { height: Math.max(0, height), width: Math.max(0, width) };
}

function isPadded({ height, width }: Extent): boolean {
  return height !== 0 || width !== 0;
}

function twice({ height, width }: Extent): Extent {
  return { height: 2 * height, width: 2 * width };
}

function grown(extent: Extent, by: Extent): Extent {
  return { height: extent.height + by.height, width: extent.width + by.width };
}

function area({ height, width }: Extent): number {
  return height * width;
}

function roundUp(count: number, multiple: number): number {
  return Math.ceil(count / multiple) * multiple;
}
