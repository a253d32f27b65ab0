import type { Conv, DepthwiseConv2d } from '../../../ir/ops/convolution';
import type { FullyConnected } from '../../../ir/ops/dense';
import { quantizedRange } from '../activationRange';
import { need, type KernelContext, type Run } from '../kernel';
import { convolutionParts, type ConvolutionParts } from '../kernels/convolution';
import { denseParts, needScales } from '../kernels/dense';
import type { Operand } from '../operand';
import { biasNumbers, channelMultipliers, tensorMultiplier, weightedTypes } from '../rescaling';
import type { Slide } from '../window';
import { BLOCK, exactChannel, packScales, type ChannelSums } from './channelScales';
import type { FastMemory } from './fastMemory';

const HELD_TYPES = new Set(['int8 int8 int32', 'int8 int8 none']);

function isHeld(input: Operand, filter: Operand, bias: Operand | null, output: Operand): boolean {
  const isConstant = filter.isConstant && (bias === null || bias.isConstant);
  return isConstant && output.dtype === 'int8' && HELD_TYPES.has(weightedTypes(input, filter, bias));
}

/** Sums over the weights of a channel; null when a channel's arithmetic would not be exact. */
function channelSums(
  count: number,
  bias: Operand | null,
  multipliers: readonly ChannelSums['by'][],
  weightsOf: (channel: number) => Iterable<number>,
): readonly ChannelSums[] | null {
  const biases = biasNumbers(bias, count);
  const channels = Array.from({ length: count }, (_, channel) => {
    let weights = 0;
    let magnitudes = 0;
    for (const weight of weightsOf(channel)) {
      weights += weight;
      magnitudes += Math.abs(weight);
    }
    return exactChannel({ bias: biases[channel]!, by: multipliers[channel]!, weights, magnitudes });
  });
  const exact = channels.filter((channel) => channel !== null);
  return exact.length === count ? exact : null;
}

/** Input widened to int16 with its padding around it, in memory of its own. */
interface Padded {
  readonly address: number;
  /** Bytes from one pixel, and one row, to the next. */
  readonly pixelStep: number;
  readonly rowStep: number;
  readonly widen: Run;
}

/** Pixels that windows reach along a dimension, padding included. */
function reach({ input, output, size, stride, dilation, before }: Slide): number {
  return Math.max(before + input, (output - 1) * stride + (size - 1) * dilation + 1);
}

function padded(memory: FastMemory, parts: ConvolutionParts, spaced: boolean): Padded {
  const { input, inputChannels, rows, columns } = parts;
  const channels = spaced ? inputChannels + 1 : inputChannels;
  const [height, width] = [reach(rows), reach(columns)];
  const pixelStep = channels * 2;
  const rowStep = width * pixelStep;
  const address = memory.place(new Int16Array(height * width * channels).fill(input.zeroPoint));
  const start = address + rows.before * rowStep + columns.before * pixelStep;
  const { widen, widenSpaced } = memory.exports;
  const from = input.address;
  const run = spaced
    ? () => widenSpaced(from, start, rows.input, columns.input, inputChannels, rowStep)
    : () => widen(from, start, rows.input, columns.input * inputChannels, rowStep);
  return { address, pixelStep, rowStep, widen: run };
}

/** Weights as the kernel walks them: block of 8 channels, pair, channel, two of the pair. */
function packPairs(channels: number, pairs: number, weight: (channel: number, position: number) => number): Int16Array {
  const packed = new Int16Array(Math.ceil(channels / BLOCK) * pairs * BLOCK * 2);
  for (let channel = 0; channel < channels; channel += 1) {
    const block = Math.floor(channel / BLOCK) * pairs * BLOCK * 2 + (channel % BLOCK) * 2;
    for (let position = 0; position < 2 * pairs; position += 1) {
      packed[block + (position >> 1) * BLOCK * 2 + (position & 1)] = weight(channel, position);
    }
  }
  return packed;
}

function* range(values: ArrayLike<number>, from: number, count: number, step = 1): Iterable<number> {
  for (let i = 0; i < count; i += 1) yield values[from + i * step]!;
}

/** What the kernel needs at the end of its parameters. */
function limits(context: KernelContext<Conv | DepthwiseConv2d | FullyConnected>, output: Operand): readonly number[] {
  const { min, max } = quantizedRange(context.op.activation, output);
  return [output.zeroPoint, min, max];
}

/** int8 convolution of one picture without groups; null for what the plain kernel must do. */
export function fastConvolution(context: KernelContext<Conv>, memory: FastMemory): Run | null {
  const parts = convolutionParts(context);
  const { input, filter, bias, output, inputChannels, outputChannels, filterChannels, rows, columns } = parts;
  if (!isHeld(input, filter, bias, output)) return null;
  if (parts.batches !== 1 || filterChannels !== inputChannels || output.count === 0) return null;
  const filterSize = rows.size * columns.size * inputChannels;
  const weights = filter.numbers;
  const multipliers = channelMultipliers(input, filter, output, outputChannels);
  const sums = channelSums(outputChannels, bias, multipliers, (channel) =>
    range(weights, channel * filterSize, filterSize),
  );
  if (!sums) return null;
  // Runs of a row of the window; of one pixel when it is dilated. A run must be even.
  const run = columns.dilation === 1 ? columns.size : 1;
  const spaced = (run * inputChannels) % 2 === 1;
  const channels = spaced ? inputChannels + 1 : inputChannels;
  const source = padded(memory, parts, spaced);
  const perRow = columns.size / run;
  const segments = rows.size * perRow;
  const offsets = Int32Array.from(
    { length: segments },
    (_, i) =>
      Math.floor(i / perRow) * rows.dilation * source.rowStep + (i % perRow) * columns.dilation * source.pixelStep,
  );
  const pairs = (run * channels) / 2;
  const packed = packPairs(outputChannels, segments * pairs, (channel, position) => {
    const pixel = Math.floor(position / channels);
    const within = position % channels;
    return within < inputChannels ? weights[channel * filterSize + pixel * inputChannels + within]! : 0;
  });
  const isFlat = rows.size * columns.size === 1 && rows.stride === 1 && columns.stride === 1;
  const parameters = [
    source.address,
    memory.place(offsets),
    segments,
    pairs,
    rows.stride * source.rowStep,
    columns.stride * source.pixelStep,
    memory.place(packed),
    memory.place(packScales(sums, input.zeroPoint)),
    output.address,
    isFlat ? 1 : rows.output,
    isFlat ? rows.output * columns.output : columns.output,
    outputChannels,
    ...limits(context, output),
  ];
  return runKernel(memory.exports.convolve, source.widen, parameters);
}

function runKernel(kernel: (...parameters: readonly number[]) => void, widen: Run, parameters: readonly number[]): Run {
  const [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = parameters as readonly number[] & { readonly length: 15 };
  return () => {
    widen();
    kernel(a!, b!, c!, d!, e!, f!, g!, h!, i!, j!, k!, l!, m!, n!, o!);
  };
}

/** int8 depthwise convolution with one filter a channel; null for what the plain kernel must do. */
export function fastDepthwise(context: KernelContext<DepthwiseConv2d>, memory: FastMemory): Run | null {
  const parts = convolutionParts(context);
  const { input, filter, bias, output, outputChannels: channels, rows, columns } = parts;
  if (!isHeld(input, filter, bias, output)) return null;
  if (parts.batches !== 1 || parts.inputChannels !== channels || output.count === 0) return null;
  const taps = rows.size * columns.size;
  const weights = filter.numbers;
  const multipliers = channelMultipliers(input, filter, output, channels);
  const sums = channelSums(channels, bias, multipliers, (channel) => range(weights, channel, taps, channels));
  if (!sums) return null;
  const source = padded(memory, parts, false);
  const tapPairs = Math.ceil(taps / 2);
  const offsets = Int32Array.from({ length: 2 * tapPairs }, (_, i) => {
    const tap = Math.min(i, taps - 1);
    const row = Math.floor(tap / columns.size) * rows.dilation * source.rowStep;
    return row + (tap % columns.size) * columns.dilation * source.pixelStep;
  });
  const packed = packPairs(channels, tapPairs, (channel, tap) => (tap < taps ? weights[tap * channels + channel]! : 0));
  const parameters = [
    memory.place(offsets),
    tapPairs,
    rows.stride * source.rowStep,
    columns.stride * source.pixelStep,
    memory.place(packed),
    memory.place(packScales(sums, input.zeroPoint)),
    output.address,
    rows.output,
    columns.output,
    channels,
    ...limits(context, output),
  ];
  return runKernel(memory.exports.depthwise, source.widen, [source.address, ...parameters]);
}

/** int8 fully connected layer, as a convolution of one row of pixels; null for what the plain kernel must do. */
export function fastDense(context: KernelContext<FullyConnected>, memory: FastMemory): Run | null {
  const parts = denseParts(context);
  const { input, filter, bias, output, batches, inputs, outputs } = parts;
  if (!isHeld(input, filter, bias, output) || output.count === 0) return null;
  needScales(parts);
  const isPerChannel = (filter.tensor.quantization?.scales.length ?? 0) > 1;
  if (!isPerChannel && filter.zeroPoint !== 0) return null;
  const weights = filter.numbers;
  const multipliers = isPerChannel
    ? channelMultipliers(input, filter, output, outputs)
    : new Array<ChannelSums['by']>(outputs).fill(tensorMultiplier(input, filter, output));
  const sums = channelSums(outputs, bias, multipliers, (channel) => range(weights, channel * inputs, inputs));
  if (!sums) return null;
  const pairs = Math.ceil(inputs / 2);
  const source = memory.place(new Int16Array(batches * pairs * 2));
  const packed = packPairs(outputs, pairs, (channel, position) =>
    position < inputs ? weights[channel * inputs + position]! : 0,
  );
  const from = input.address;
  const { widen, convolve } = memory.exports;
  const parameters = [
    source,
    memory.place(Int32Array.of(0)),
    1,
    pairs,
    0,
    pairs * 4,
    memory.place(packed),
    memory.place(packScales(sums, input.zeroPoint)),
    output.address,
    1,
    batches,
    outputs,
    ...limits(context, output),
  ];
  need(input.count === batches * inputs, 'its operands do not fit together');
  return runKernel(convolve, () => widen(from, source, batches, inputs, pairs * 4), parameters);
}
