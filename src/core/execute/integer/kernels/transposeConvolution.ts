import type { TransposeConv2d } from '../../../ir/ops/convolution';
import { quantizedRange, realRange } from '../activationRange';
import { multiplyWide } from '../fixedPoint';
import { need, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';
import { biasNumbers, channelMultipliers, weightedTypes } from '../rescaling';
import { slideOf, type Slide } from '../window';

/** TRANSPOSE_CONV. Source: TFLite reference/{,integer_ops/}transpose_conv.h and TFLM transpose_conv.cc. */

interface Parts {
  readonly input: Operand;
  readonly filter: Operand;
  readonly bias: Operand | null;
  readonly output: Operand;
  readonly channels: number;
  /** The window of the forward convolution, which slides over the output. */
  readonly rows: Slide;
  readonly columns: Slide;
}

function partsOf(context: KernelContext<TransposeConv2d>): Parts {
  const { op } = context;
  const [input, filter, output] = [context.input(0), context.input(1), context.output()];
  need(op.layout === 'NHWC' && op.groups === 1, 'its layout is not NHWC');
  need(input.rank === 4 && filter.rank === 4 && output.rank === 4, 'its operands are not 4-D');
  const channels = filter.shape[0]!;
  need(
    input.shape[0] === output.shape[0] && input.shape[3] === filter.shape[3] && output.shape[3] === channels,
    'its operands do not fit together',
  );
  const [rows, columns] = [0, 1].map((dimension) =>
    slideOf(
      {
        input: output.shape[dimension + 1]!,
        output: input.shape[dimension + 1]!,
        size: filter.shape[dimension + 1]!,
        stride: op.strides[dimension] ?? 1,
        dilation: 1,
      },
      op.padding,
      dimension,
    ),
  ) as [Slide, Slide];
  return { input, filter, bias: context.optional(2), output, channels, rows, columns };
}

/** Adds each input's products to the outputs that it reaches. */
function scatter(
  parts: Parts,
  sums: Float64Array | Float32Array,
  product: (value: number, weight: number) => number,
): void {
  const { input, filter, channels, rows, columns } = parts;
  const values = input.numbers;
  const weights = filter.numbers;
  const depth = input.shape[3]!;
  const filterSize = rows.size * columns.size * depth;
  sums.fill(0);
  let at = 0;
  for (let batch = 0; batch < input.shape[0]!; batch += 1) {
    for (let y = 0; y < rows.output; y += 1) {
      for (let x = 0; x < columns.output; x += 1) {
        for (let k = 0; k < depth; k += 1, at += 1) {
          for (let i = 0; i < rows.size; i += 1) {
            const outY = y * rows.stride - rows.before + i;
            if (outY < 0 || outY >= rows.input) continue;
            for (let j = 0; j < columns.size; j += 1) {
              const outX = x * columns.stride - columns.before + j;
              if (outX < 0 || outX >= columns.input) continue;
              const to = ((batch * rows.input + outY) * columns.input + outX) * channels;
              const weight = (i * columns.size + j) * depth + k;
              for (let c = 0; c < channels; c += 1) {
                sums[to + c]! += product(values[at]!, weights[c * filterSize + weight]!);
              }
            }
          }
        }
      }
    }
  }
}

function prepareFloat(context: KernelContext<TransposeConv2d>, parts: Parts): Run {
  const { min, max } = realRange(context.op.activation);
  const sums = new Float32Array(parts.output.count);
  return () => {
    scatter(parts, sums, (value, weight) => Math.fround(value * weight));
    const biases = biasNumbers(parts.bias, parts.channels);
    const results = parts.output.numbers;
    for (let i = 0; i < results.length; i += 1) {
      results[i] = Math.min(Math.max(Math.fround(sums[i]! + biases[i % parts.channels]!), min), max);
    }
  };
}

function prepareInteger(context: KernelContext<TransposeConv2d>, parts: Parts): Run {
  const { input, filter, bias, output, channels } = parts;
  const multipliers = channelMultipliers(input, filter, output, channels);
  const { min, max } = quantizedRange(context.op.activation, output);
  // int16 input takes a 64-bit accumulator, whatever the bias.
  const multiply = input.dtype === 'int16' ? multiplyWide : context.multiply;
  const zero = input.dtype === 'int16' ? 0 : input.zeroPoint;
  const outputZero = input.dtype === 'int16' ? 0 : output.zeroPoint;
  const sums = new Float64Array(output.count);
  return () => {
    scatter(parts, sums, (value, weight) => (value - zero) * weight);
    const biases = biasNumbers(bias, channels);
    const results = output.numbers;
    for (let i = 0; i < results.length; i += 1) {
      const channel = i % channels;
      const scaled = multiply(sums[i]! + biases[channel]!, multipliers[channel]!) + outputZero;
      results[i] = Math.min(Math.max(scaled, min), max);
    }
  };
}

function prepare(context: KernelContext<TransposeConv2d>): Run {
  const parts = partsOf(context);
  const { input, filter, bias, output } = parts;
  if (input.dtype !== output.dtype || filter.dtype === 'int4') return refuseTypes(context);
  switch (weightedTypes(input, filter, bias)) {
    case 'float32 float32 float32':
    case 'float32 float32 none':
      return prepareFloat(context, parts);
    case 'int8 int8 int32':
    case 'int8 int8 none':
    case 'int16 int8 int16':
    case 'int16 int8 int64':
    case 'int16 int8 none':
      return prepareInteger(context, parts);
    default:
      return refuseTypes(context);
  }
}

export const transposeConvolutionKernels: KernelTable = { TransposeConv2d: prepare };
