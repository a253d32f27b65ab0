import type { KernelNode } from '../kernelNode';
import { elementsOf } from '../kernelNode';
import type { KernelRule, MemoryRequest } from '../kernelRequests';
import { scratch } from '../kernelRequests';
import { dimOf, perChannel } from '../reference/convolution';
import type { CmsisNnSet } from './cmsisNnSet';
import {
  convolveS16Bytes,
  convolveS8Bytes,
  depthwiseS4Bytes,
  depthwiseS8Bytes,
  transposeConvS8Bytes,
} from './convolutionBuffers';
import { extentOf, geometryOf, strideOf } from './convolutionGeometry';

/** A buffer that TFLM only asks for when it has bytes. */
export function scratchIfAny(bytes: number): readonly MemoryRequest[] {
  return bytes > 0 ? [scratch(bytes)] : [];
}

/** Prepare looks at the operands for their shapes; then, for scales and padding, at them again with the bias. */
function looksTwice(node: KernelNode) {
  const [input, filter, bias, output] = [node.input(0), node.input(1), node.input(2), node.output(0)];
  return [input, filter, output, input, filter, bias, output];
}

/**
 * Prepare in tflite-micro kernels/cmsis_nn/conv.cc. It asks for the scratch of int8 weights even where they are int4; a
 * bias of int16 activations it looks for among the outputs, so that none ever counts as the wrong type.
 */
export function conv(set: CmsisNnSet): KernelRule {
  return (node) => {
    const { dtype } = node.needInput(0);
    const channels = dimOf(node.needInput(1), 0);
    return {
      init: [60],
      prepare: dtype === 'float32' ? [] : [...perChannel(channels), ...scratchIfAny(convolveBytes(set, node))],
      looksAt: looksTwice(node),
    };
  };
}

function convolveBytes(set: CmsisNnSet, node: KernelNode): number {
  const geometry = geometryOf(node);
  return node.needInput(0).dtype === 'int16' ? convolveS16Bytes(set, geometry) : convolveS8Bytes(set, geometry);
}

/** Prepare in kernels/cmsis_nn/depthwise_conv.cc: scratch for int8 activations only. */
export function depthwiseConv(set: CmsisNnSet): KernelRule {
  return (node) => {
    const [input, filter] = [node.needInput(0), node.needInput(1)];
    const prepare = input.dtype === 'float32' ? [] : perChannel(dimOf(filter, 3));
    const bytesOf = filter.dtype === 'int4' ? depthwiseS4Bytes : depthwiseS8Bytes;
    const buffer = input.dtype === 'int8' ? scratchIfAny(bytesOf(set, geometryOf(node))) : [];
    return { init: [60], prepare: [...prepare, ...buffer], looksAt: looksTwice(node) };
  };
}

/**
 * Prepare in kernels/cmsis_nn/transpose_conv.cc, operands in the order of the IR: x, weights, bias. The int8 kernel asks
 * for a second buffer of no bytes where it needs none.
 */
export function transposeConv(set: CmsisNnSet): KernelRule {
  return (node) => {
    const [input, filter, bias, output] = [node.needInput(0), node.needInput(1), node.input(2), node.needOutput(0)];
    const channels = dimOf(filter, 0);
    const isFloat = input.dtype === 'float32';
    return {
      init: [76],
      prepare: [...perChannel(channels), ...transposeConvScratch(set, node)],
      looksAt: [output, input, filter, ...(isFloat ? [] : [input, filter, bias, output])],
    };
  };
}

function transposeConvScratch(set: CmsisNnSet, node: KernelNode): readonly MemoryRequest[] {
  const [input, filter, bias, output] = [node.needInput(0), node.needInput(1), node.input(2), node.needOutput(0)];
  if (input.dtype === 'int16') {
    const wideBias = bias?.dtype === 'int16' ? [scratch(8 * elementsOf(bias))] : [];
    return [scratch(8 * elementsOf(output)), ...wideBias];
  }
  if (input.dtype !== 'int8') return [];
  const geometry = {
    input: extentOf(input),
    inputChannels: dimOf(input, 3),
    filter: extentOf(filter),
    outputChannels: dimOf(filter, 0),
    stride: strideOf(node),
  };
  return transposeConvS8Bytes(set, geometry).map(scratch);
}
