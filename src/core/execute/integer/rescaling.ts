import { quantizeMultiplier, type QuantizedMultiplier } from './fixedPoint';
import { need, type KernelContext } from './kernel';
import type { Operand } from './operand';

/**
 * A multiplier a channel: input scale times filter scale over output scale, as TFLite kernels/kernel_util.cc,
 * PopulateConvolutionQuantizationParams, works it out (products of doubles made of the floats in the file).
 */
export function channelMultipliers(
  input: Operand,
  filter: Operand,
  output: Operand,
  channels: number,
): readonly QuantizedMultiplier[] {
  const scales = filter.tensor.quantization?.scales ?? [];
  need(scales.length === 1 || scales.length === channels, 'the filter has no scale for each output channel');
  need(
    filter.tensor.quantization?.blockSize === undefined,
    'blockwise quantization has no kernel in TensorFlow Lite Micro',
  );
  need(output.scale > 0, 'its output has no scale');
  return Array.from({ length: channels }, (_, channel) => {
    const filterScale = Math.fround(scales.length === 1 ? scales[0]! : scales[channel]!);
    return quantizeMultiplier((input.scale * filterScale) / output.scale);
  });
}

/** One multiplier for the tensor; the product of scales rounds to a float first (GetQuantizedConvolutionMultipler). */
export function tensorMultiplier(input: Operand, filter: Operand, output: Operand): QuantizedMultiplier {
  need(output.scale > 0, 'its output has no scale');
  return quantizeMultiplier(Math.fround(input.scale * filter.scale) / output.scale);
}

/** Element types of activations, weights and bias, as `int8 int8 int32`. */
export function weightedTypes(input: Operand, filter: Operand, bias: Operand | null): string {
  return `${input.dtype} ${filter.dtype === 'int4' ? 'int8' : filter.dtype} ${bias?.dtype ?? 'none'}`;
}

/** The bias as numbers: zeros where there is none. 64-bit ones are below 2^53 by the contract of the arithmetic. */
export function biasNumbers(bias: Operand | null, channels: number): ArrayLike<number> {
  if (bias === null) return new Float64Array(channels);
  need(bias.count >= channels, 'its bias is shorter than its output channels');
  return bias.dtype === 'int64' ? Float64Array.from(bias.elements as BigInt64Array, Number) : bias.numbers;
}

/** Whether the node accumulates in 64 bits and rescales with the reduced multiplier. */
export function isWide(context: KernelContext, input: Operand, bias: Operand | null): boolean {
  if (input.dtype !== 'int16') return false;
  if (bias !== null) return bias.dtype !== 'int32';
  return context.node.source.attributes.quantized_bias_type !== 'INT32';
}
