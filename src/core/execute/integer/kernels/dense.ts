import type { FullyConnected } from '../../../ir/ops/dense';
import { quantizedRange, realRange } from '../activationRange';
import { multiplyWide, type Multiply } from '../fixedPoint';
import { need, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';
import { biasNumbers, channelMultipliers, isWide, tensorMultiplier, weightedTypes } from '../rescaling';

/** FULLY_CONNECTED. Source: TFLite kernels/internal/reference/integer_ops/fully_connected.h. */

export interface DenseParts {
  readonly input: Operand;
  readonly filter: Operand;
  readonly bias: Operand | null;
  readonly output: Operand;
  readonly batches: number;
  readonly inputs: number;
  readonly outputs: number;
}

export function denseParts(context: KernelContext<FullyConnected>): DenseParts {
  const input = context.input(0);
  const filter = context.input(1);
  const output = context.output();
  need(context.op.weights === 'OI', 'its weights are not stored output by input');
  need(filter.rank >= 1, 'its weights are a scalar');
  const inputs = filter.shape.at(-1)!;
  const outputs = output.shape.at(-1) ?? 1;
  need(inputs > 0 && outputs > 0, 'it has no inputs or outputs');
  const batches = output.count / outputs;
  need(filter.count === inputs * outputs && input.count === batches * inputs, 'its operands do not fit together');
  return { input, filter, bias: context.optional(2), output, batches, inputs, outputs };
}

function prepareInteger(context: KernelContext<FullyConnected>, parts: DenseParts): Run {
  const { input, filter, bias, output, batches, inputs, outputs } = parts;
  const isPerChannel = (filter.tensor.quantization?.scales.length ?? 0) > 1;
  const multipliers = isPerChannel
    ? channelMultipliers(input, filter, output, outputs)
    : new Array<ReturnType<typeof tensorMultiplier>>(outputs).fill(tensorMultiplier(input, filter, output));
  const { min, max } = quantizedRange(context.op.activation, output);
  const multiply: Multiply = isWide(context, input, bias) ? multiplyWide : context.multiply;
  const inputZero = input.zeroPoint;
  const filterZero = isPerChannel ? 0 : filter.zeroPoint;
  return () => {
    const values = input.numbers;
    const weights = filter.numbers;
    const biases = biasNumbers(bias, outputs);
    const results = output.numbers;
    for (let batch = 0; batch < batches; batch += 1) {
      for (let channel = 0; channel < outputs; channel += 1) {
        let sum = biases[channel]!;
        for (let k = 0; k < inputs; k += 1) {
          sum += (values[batch * inputs + k]! - inputZero) * (weights[channel * inputs + k]! - filterZero);
        }
        const scaled = multiply(sum, multipliers[channel]!) + output.zeroPoint;
        results[batch * outputs + channel] = Math.min(Math.max(scaled, min), max);
      }
    }
  };
}

/** What TFLM asks of the scales: fully_connected_common.cc and kernel_util.cc, GetQuantizedConvolutionMultipler. */
export function needScales({ input, filter, bias, output }: DenseParts): void {
  const isPerChannel = (filter.tensor.quantization?.scales.length ?? 0) > 1;
  need(!isPerChannel || filter.dtype === 'int8', 'int4 weights have a kernel with one scale only');
  if (isPerChannel || bias === null) return;
  const difference = Math.abs(input.scale * filter.scale - bias.scale);
  need(difference / output.scale <= 0.02, 'the scale of its bias is not that of its input times its weights');
}

function prepareFloat(context: KernelContext<FullyConnected>, parts: DenseParts): Run {
  const { input, filter, bias, output, batches, inputs, outputs } = parts;
  const { min, max } = realRange(context.op.activation);
  return () => {
    const values = input.numbers;
    const weights = filter.numbers;
    const biases = biasNumbers(bias, outputs);
    const results = output.numbers;
    for (let batch = 0; batch < batches; batch += 1) {
      for (let channel = 0; channel < outputs; channel += 1) {
        let sum = 0;
        for (let k = 0; k < inputs; k += 1) {
          sum = Math.fround(sum + Math.fround(values[batch * inputs + k]! * weights[channel * inputs + k]!));
        }
        results[batch * outputs + channel] = Math.min(Math.max(Math.fround(sum + biases[channel]!), min), max);
      }
    }
  };
}

function prepare(context: KernelContext<FullyConnected>): Run {
  const parts = denseParts(context);
  const { input, filter, bias, output } = parts;
  if (input.dtype !== output.dtype) return refuseTypes(context);
  switch (weightedTypes(input, filter, bias)) {
    case 'float32 float32 float32':
    case 'float32 float32 none':
      return prepareFloat(context, parts);
    case 'int8 int8 int32':
    case 'int8 int8 none':
    case 'int16 int8 int32':
    case 'int16 int8 int64':
    case 'int16 int8 none':
      needScales(parts);
      return prepareInteger(context, parts);
    default:
      return refuseTypes(context);
  }
}

export const denseKernels: KernelTable = { FullyConnected: prepare };
