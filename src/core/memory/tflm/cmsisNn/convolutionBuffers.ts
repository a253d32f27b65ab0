import { UnknownRequests } from '../kernelRequests';
import type { CmsisNnSet } from './cmsisNnSet';
import type { ConvolutionGeometry, Extent } from './convolutionGeometry';

/** Transposed convolutions of more input channels run as a convolution (REVERSE_TCOL_EFFICIENT_THRESHOLD). */
const REVERSE_CHANNELS = 16;

/** Channels that MVE's depthwise kernel takes at once (CH_IN_BLOCK_MVE). */
const CHANNELS_IN_BLOCK = 124;

type FilterGeometry = Pick<ConvolutionGeometry, 'filter' | 'inputChannels'>;

/**
 * Scratch bytes of a convolution on int8 input. Source: arm_convolve_get_buffer_sizes_s8.c of CMSIS-NN 4ab83cc3, as GCC
 * and LLVM compile it (Arm Compiler 6 asks for more in 1x1 convolutions on DSP).
 */
export function convolveS8Bytes(set: CmsisNnSet, geometry: ConvolutionGeometry): number {
  if (isPointwise(geometry)) return 0;
  if (set === 'cmsis-nn-mve' && isOneRow(geometry)) return oneRowMveBytes(geometry);
  return columnsS8Bytes(set, geometry);
}

/** Scratch bytes of a convolution on int16 input. Source: arm_convolve_get_buffer_sizes_s16.c. */
export function convolveS16Bytes(set: CmsisNnSet, geometry: FilterGeometry): number {
  const column = columnLength(geometry);
  return set === 'cmsis-nn-mve' ? 4 * roundUp(column, 8) * 2 : 2 * column * 2;
}

/** Scratch bytes of a depthwise convolution with int8 weights. Source: arm_depthwise_conv_get_buffer_sizes_s8.c. */
export function depthwiseS8Bytes(set: CmsisNnSet, geometry: ConvolutionGeometry): number {
  const { inputChannels, outputChannels, filter, padding } = geometry;
  if (set === 'cmsis-nn-mve') {
    return inputChannels === 1 && outputChannels > 1 ? asConvolutionBytes(geometry) : blockBytes(set, geometry);
  }
  const isSmall = filter.height === 3 && filter.width === 3 && padding.height <= 1 && padding.width <= 1;
  return isSmall || set === 'cmsis-nn-c' ? 0 : blockBytes(set, geometry);
}

/** Scratch bytes of a depthwise convolution with int4 weights. Source: arm_depthwise_conv_get_buffer_sizes_s4.c. */
export function depthwiseS4Bytes(set: CmsisNnSet, geometry: ConvolutionGeometry): number {
  return blockBytes(set, geometry);
}

/** The two scratch buffers of a transposed convolution. Source: arm_transpose_conv_get_buffer_sizes_s8.c. */
export function transposeConvS8Bytes(
  set: CmsisNnSet,
  geometry: FilterGeometry & { readonly input: Extent; readonly outputChannels: number; readonly stride: Extent },
): readonly [columns: number, reversedFilter: number] {
  const { input, inputChannels, filter, outputChannels, stride } = geometry;
  if (stride.width <= 2 && stride.height <= 2 && inputChannels > REVERSE_CHANNELS) {
    return [columnsS8Bytes(set, geometry), columnLength(geometry) * outputChannels];
  }
  // The stride's height bounds the width too: so it stands in CMSIS-NN.
  const width = (input.width - 1) * stride.width + Math.max(filter.width, stride.height);
  const height = Math.max(filter.height, stride.height);
  return [width * outputChannels * height * 4, 0];
}

/** arm_nn_is_convolve_1x1: needs no scratch, whatever the stride. */
function isPointwise({ filter, padding, dilation, inputChannels, filterChannels }: ConvolutionGeometry): boolean {
  const isUnpadded = padding.width === 0 && padding.height === 0;
  return (
    isUnpadded && filter.width === 1 && filter.height === 1 && isDense(dilation) && inputChannels === filterChannels
  );
}

/** arm_nn_is_convolve_1_x_n. */
function isOneRow({ input, filter, dilation, stride, inputChannels, filterChannels }: ConvolutionGeometry): boolean {
  if (input.height !== 1 || dilation.width !== 1 || filter.height !== 1 || inputChannels !== filterChannels)
    return false;
  if (stride === null) {
    throw new UnknownRequests(
      'TFLM asks CMSIS-NN for the scratch of this DEPTHWISE_CONV_2D without setting its stride.',
    );
  }
  return (stride.width * inputChannels) % 4 === 0;
}

function oneRowMveBytes(geometry: ConvolutionGeometry): number {
  const { input, inputChannels, filter, output, padding } = geometry;
  const stride = geometry.stride!.width;
  const missing = ((output.width - 1) * stride + filter.width - input.width) % 2;
  const padded = (pixels: number) => (pixels === 0 ? 0 : Math.max(1, Math.trunc((pixels + stride - 1) / stride)));
  const [left, right] = [padded(padding.width), padded(padding.width + missing)];
  const between = Math.max(output.width - (left + right), 0);
  if (left + between + right !== output.width) return columnsS8Bytes('cmsis-nn-mve', geometry);
  const leftBytes = padding.width * inputChannels;
  const rightBytes = missing === 0 ? leftBytes : right * inputChannels;
  const row = filter.width * inputChannels;
  return Math.max(row + leftBytes, row - inputChannels + rightBytes);
}

/** Columns of the input laid out for a matrix product: two of int16, or with MVE four of int8. */
function columnsS8Bytes(set: CmsisNnSet, geometry: FilterGeometry): number {
  const column = columnLength(geometry);
  return set === 'cmsis-nn-mve' ? 4 * roundUp(column, 16) : 2 * roundUp(column, 4) * 2;
}

function columnLength({ filter, inputChannels }: FilterGeometry): number {
  return inputChannels * filter.width * filter.height;
}

/** MVE turns a depthwise convolution of one channel into a convolution: its scratch and the filter turned. */
function asConvolutionBytes(geometry: ConvolutionGeometry): number {
  const { filter, outputChannels } = geometry;
  const asConvolution = { ...geometry, filterChannels: 1, stride: null };
  return convolveS8Bytes('cmsis-nn-mve', asConvolution) + outputChannels * filter.height * filter.width;
}

/** Scratch of the depthwise kernels for one output channel an input channel; the generic ones need none. */
function blockBytes(set: CmsisNnSet, geometry: ConvolutionGeometry): number {
  const { batch, inputChannels, outputChannels, filter, dilation } = geometry;
  if (inputChannels !== outputChannels || batch !== 1 || !isDense(dilation)) return 0;
  const pixels = filter.width * filter.height;
  return set === 'cmsis-nn-mve' ? 4 * CHANNELS_IN_BLOCK * pixels : inputChannels * pixels * 2;
}

function isDense(dilation: Extent): boolean {
  return dilation.width === 1 && dilation.height === 1;
}

function roundUp(count: number, multiple: number): number {
  return Math.ceil(count / multiple) * multiple;
}
