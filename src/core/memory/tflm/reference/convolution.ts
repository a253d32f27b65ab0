import type { Tensor } from '../../../ir/tensor';
import type { KernelNode } from '../kernelNode';
import { dimsOf, elementsOf } from '../kernelNode';
import type { KernelRule, MemoryRequest } from '../kernelRequests';
import { persistent, scratch, UnknownRequests } from '../kernelRequests';

/** Multiplier and shift of each output channel, int32 each. */
export function perChannel(channels: number): readonly MemoryRequest[] {
  return [persistent(4 * channels), persistent(4 * channels)];
}

/** Reference kernels unpack an int4 filter whole, a byte an element. */
export function unpackedFilter(filter: Tensor): readonly MemoryRequest[] {
  return filter.dtype === 'int4' ? [scratch(elementsOf(filter))] : [];
}

export function dimOf(tensor: Tensor, axis: number): number {
  const dim = dimsOf(tensor).at(axis);
  if (dim === undefined) throw new UnknownRequests(`"${tensor.name}" has too few dimensions.`);
  return dim;
}

/** A convolution's prepare looks at its operands twice: for the shapes, then for the scales. */
export function looksTwice(node: KernelNode): readonly (Tensor | null)[] {
  const [input, filter, bias] = [node.input(0), node.input(1), node.input(2)];
  const output = node.output(0);
  return [output, input, filter, input, filter, bias, output];
}

/** ConvPrepare in tflite-micro kernels/conv_common.cc. */
export const conv: KernelRule = (node) => {
  const filter = node.needInput(1);
  return {
    init: [56],
    prepare: [...perChannel(dimOf(filter, 0)), ...unpackedFilter(filter)],
    looksAt: looksTwice(node),
  };
};

/** DepthwiseConvPrepare in kernels/depthwise_conv_common.cc. */
export const depthwiseConv: KernelRule = (node) => {
  const filter = node.needInput(1);
  return {
    init: [56],
    prepare: [...perChannel(dimOf(filter, 3)), ...unpackedFilter(filter)],
    looksAt: looksTwice(node),
  };
};

/** FullyConnectedPrepare in kernels/fully_connected.cc and fully_connected_common.cc. */
export const fullyConnected: KernelRule = (node) => {
  const filter = node.needInput(1);
  const scales = filter.quantization?.scales.length ?? 0;
  const isPerChannel = node.needInput(0).dtype !== 'float32' && scales > 1;
  return { init: [48], prepare: [...unpackedFilter(filter), ...(isPerChannel ? perChannel(scales) : [])] };
};

/**
 * TransposeConvPrepare in kernels/transpose_conv.cc: integer kernels accumulate in scratch. Operands in the order of
 * the IR: x, weights, bias.
 */
export const transposeConv: KernelRule = (node) => {
  const [input, filter, bias, output] = [node.needInput(0), node.needInput(1), node.input(2), node.needOutput(0)];
  const isFloat = input.dtype === 'float32';
  const accumulator = isFloat ? [] : [scratch(elementsOf(output) * (input.dtype === 'int16' ? 8 : 4))];
  const wideBias = input.dtype === 'int16' && bias?.dtype === 'int16' ? [scratch(elementsOf(bias) * 8)] : [];
  return {
    init: [72],
    prepare: [...perChannel(dimOf(filter, 0)), ...accumulator, ...wideBias],
    looksAt: [output, input, filter, ...(isFloat ? [] : [input, filter, bias, output])],
  };
};
