import type { Conv, DepthwiseConv2d } from '../../../ir/ops/convolution';
import { quantizedRange, realRange } from '../activationRange';
import { multiplyWide } from '../fixedPoint';
import { need, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';
import { biasNumbers, channelMultipliers, isWide, weightedTypes } from '../rescaling';
import { slideOf, type Slide } from '../window';

/** CONV_2D and DEPTHWISE_CONV_2D. Source: TFLite kernels/internal/reference/integer_ops/{conv,depthwise_conv}.h. */

/** The operands and sizes of a 2-D convolution, checked. */
export interface ConvolutionParts {
  readonly input: Operand;
  readonly filter: Operand;
  readonly bias: Operand | null;
  readonly output: Operand;
  readonly batches: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** Channels of the input that a filter sees; 1 in a depthwise convolution. */
  readonly filterChannels: number;
  readonly rows: Slide;
  readonly columns: Slide;
}

export function convolutionParts(context: KernelContext<Conv | DepthwiseConv2d>): ConvolutionParts {
  const { op } = context;
  const input = context.input(0);
  const filter = context.input(1);
  const output = context.output();
  need(op.layout === 'NHWC', 'its layout is not NHWC');
  need(input.rank === 4 && filter.rank === 4 && output.rank === 4, 'its operands are not 4-D');
  const [batches, height, width, inputChannels] = input.shape as [number, number, number, number];
  const [, filterHeight, filterWidth, filterChannels] = filter.shape as [number, number, number, number];
  const outputChannels = op.kind === 'DepthwiseConv2d' ? filterChannels : filter.shape[0]!;
  need(output.shape[0] === batches && output.shape[3] === outputChannels, 'its output does not fit its filter');
  const sizes = [
    { input: height, output: output.shape[1]!, size: filterHeight },
    { input: width, output: output.shape[2]!, size: filterWidth },
  ];
  const [rows, columns] = sizes.map((size, dimension) =>
    slideOf(
      { ...size, stride: op.strides[dimension] ?? 1, dilation: op.dilations[dimension] ?? 1 },
      op.padding,
      dimension,
    ),
  ) as [Slide, Slide];
  return {
    input,
    filter,
    bias: context.optional(2),
    output,
    batches,
    inputChannels,
    outputChannels,
    filterChannels: op.kind === 'DepthwiseConv2d' ? 1 : filterChannels,
    rows,
    columns,
  };
}

/** First input channel, and start and stride of the weights, of an output channel. */
interface ChannelMap {
  readonly firstInput: (outputChannel: number) => number;
  readonly firstWeight: (outputChannel: number) => number;
  /** Weights from one filter position to the next. */
  readonly positionStride: number;
}

function channelMap(parts: ConvolutionParts, isDepthwise: boolean): ChannelMap {
  const { inputChannels, outputChannels, filterChannels, rows, columns } = parts;
  if (isDepthwise) {
    need(inputChannels > 0 && outputChannels % inputChannels === 0, 'its filter does not fit its channels');
    const multiplier = outputChannels / inputChannels;
    return {
      firstInput: (channel) => Math.floor(channel / multiplier),
      firstWeight: (channel) => channel,
      positionStride: outputChannels,
    };
  }
  need(filterChannels > 0 && inputChannels % filterChannels === 0, 'its filter does not fit its channels');
  const groups = inputChannels / filterChannels;
  need(groups > 0 && outputChannels % groups === 0, 'its groups do not divide its output channels');
  const perGroup = outputChannels / groups;
  const filterSize = rows.size * columns.size * filterChannels;
  return {
    firstInput: (channel) => Math.floor(channel / perGroup) * filterChannels,
    firstWeight: (channel) => channel * filterSize,
    positionStride: filterChannels,
  };
}

/** Visits each output element with its place in the input and its index. */
function eachOutput(
  parts: ConvolutionParts,
  visit: (batch: number, row: number, column: number, channel: number, index: number) => void,
): void {
  const { batches, rows, columns, outputChannels } = parts;
  let index = 0;
  for (let batch = 0; batch < batches; batch += 1) {
    for (let y = 0; y < rows.output; y += 1) {
      for (let x = 0; x < columns.output; x += 1) {
        for (let channel = 0; channel < outputChannels; channel += 1) {
          visit(batch, y * rows.stride - rows.before, x * columns.stride - columns.before, channel, index);
          index += 1;
        }
      }
    }
  }
}

type Accumulate = (batch: number, row: number, column: number, channel: number) => number;

/** The sum of products under one window; padding counts as the zero point. `add` rounds where the arithmetic does. */
function accumulator(
  parts: ConvolutionParts,
  map: ChannelMap,
  add: (sum: number, value: number, weight: number) => number,
): Accumulate {
  const { input, filter, inputChannels, filterChannels, rows, columns } = parts;
  const values = input.numbers;
  const weights = filter.numbers;
  return (batch, row, column, channel) => {
    const firstInput = map.firstInput(channel);
    let weight = map.firstWeight(channel);
    let sum = 0;
    for (let i = 0; i < rows.size; i += 1) {
      const y = row + i * rows.dilation;
      for (let j = 0; j < columns.size; j += 1, weight += map.positionStride) {
        const x = column + j * columns.dilation;
        if (y < 0 || y >= rows.input || x < 0 || x >= columns.input) continue;
        const from = ((batch * rows.input + y) * columns.input + x) * inputChannels + firstInput;
        for (let k = 0; k < filterChannels; k += 1) sum = add(sum, values[from + k]!, weights[weight + k]!);
      }
    }
    return sum;
  };
}

function prepareInteger(context: KernelContext<Conv | DepthwiseConv2d>, parts: ConvolutionParts, map: ChannelMap): Run {
  const { input, filter, bias, output, outputChannels } = parts;
  const multipliers = channelMultipliers(input, filter, output, outputChannels);
  const { min, max } = quantizedRange(context.op.activation, output);
  const multiply = isWide(context, input, bias) ? multiplyWide : context.multiply;
  const inputZero = input.zeroPoint;
  const outputZero = output.zeroPoint;
  return () => {
    const biases = biasNumbers(bias, outputChannels);
    const results = output.numbers;
    const accumulate = accumulator(parts, map, (sum, value, weight) => sum + (value - inputZero) * weight);
    eachOutput(parts, (batch, row, column, channel, index) => {
      const sum = accumulate(batch, row, column, channel) + biases[channel]!;
      const scaled = multiply(sum, multipliers[channel]!) + outputZero;
      results[index] = Math.min(Math.max(scaled, min), max);
    });
  };
}

function prepareFloat(context: KernelContext<Conv | DepthwiseConv2d>, parts: ConvolutionParts, map: ChannelMap): Run {
  const { min, max } = realRange(context.op.activation);
  return () => {
    const biases = biasNumbers(parts.bias, parts.outputChannels);
    const results = parts.output.numbers;
    const accumulate = accumulator(parts, map, (sum, value, weight) => Math.fround(sum + Math.fround(value * weight)));
    eachOutput(parts, (batch, row, column, channel, index) => {
      const sum = Math.fround(accumulate(batch, row, column, channel) + biases[channel]!);
      results[index] = Math.min(Math.max(sum, min), max);
    });
  };
}

function prepare(context: KernelContext<Conv | DepthwiseConv2d>): Run {
  const parts = convolutionParts(context);
  const map = channelMap(parts, context.op.kind === 'DepthwiseConv2d');
  const { input, filter, bias, output } = parts;
  if (input.dtype !== output.dtype) return refuseTypes(context);
  switch (weightedTypes(input, filter, bias)) {
    case 'float32 float32 float32':
    case 'float32 float32 none':
      return prepareFloat(context, parts, map);
    case 'int8 int8 int32':
    case 'int8 int8 none':
    case 'int16 int8 int64':
    case 'int16 int8 none':
      return prepareInteger(context, parts, map);
    case 'int16 int8 int32':
      need(context.op.kind === 'Conv2d', 'TensorFlow Lite Micro reads its bias as 64-bit integers, and it has 32 bits');
      return prepareInteger(context, parts, map);
    default:
      return refuseTypes(context);
  }
}

export const convolutionKernels: KernelTable = { Conv2d: prepare, DepthwiseConv2d: prepare };
