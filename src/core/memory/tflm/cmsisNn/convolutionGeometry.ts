import type { Tensor } from '../../../ir/tensor';
import type { KernelNode } from '../kernelNode';
import { dimOf } from '../reference/convolution';

/** Sizes along height and width. */
export interface Extent {
  readonly height: number;
  readonly width: number;
}

/** A 2-D convolution as CMSIS-NN's functions see it. */
export interface ConvolutionGeometry {
  readonly batch: number;
  readonly input: Extent;
  readonly inputChannels: number;
  readonly filter: Extent;
  /** Input channels that one filter sees: fewer than the input's in a grouped convolution. */
  readonly filterChannels: number;
  readonly output: Extent;
  readonly outputChannels: number;
  readonly dilation: Extent;
  /** Above and to the left; what an odd total has more lies below and to the right. */
  readonly padding: Extent;
  /** Null where TFLM's prepare leaves it unset. */
  readonly stride: Extent | null;
}

/** The geometry of CONV_2D and DEPTHWISE_CONV_2D: operands 0 and 1, NHWC and OHWI (1HWO). */
export function geometryOf(node: KernelNode): ConvolutionGeometry {
  const [input, filter, output] = [node.needInput(0), node.needInput(1), node.needOutput(0)];
  const stride = strideOf(node);
  const dilation = { height: numberOf(node, 'dilation_h_factor', 1), width: numberOf(node, 'dilation_w_factor', 1) };
  const [inputExtent, filterExtent] = [extentOf(input), extentOf(filter)];
  return {
    batch: dimOf(input, 0),
    input: inputExtent,
    inputChannels: dimOf(input, 3),
    filter: filterExtent,
    filterChannels: dimOf(filter, 3),
    output: extentOf(output),
    outputChannels: dimOf(output, 3),
    dilation,
    padding: {
      height: paddingBefore(node, inputExtent.height, filterExtent.height, stride.height, dilation.height),
      width: paddingBefore(node, inputExtent.width, filterExtent.width, stride.width, dilation.width),
    },
    stride,
  };
}

export function strideOf(node: KernelNode): Extent {
  return { height: numberOf(node, 'stride_h', 0), width: numberOf(node, 'stride_w', 0) };
}

/** Height and width of an NHWC tensor. */
export function extentOf(tensor: Tensor): Extent {
  return { height: dimOf(tensor, 1), width: dimOf(tensor, 2) };
}

function numberOf(node: KernelNode, option: string, fallback: number): number {
  const value = node.option(option);
  return typeof value === 'number' ? value : fallback;
}

/** ComputePaddingHeightWidth in tensorflow/lite/kernels/padding.h, along one axis. VALID needs none. */
function paddingBefore(node: KernelNode, input: number, filter: number, stride: number, dilation: number): number {
  if (node.option('padding') !== 'SAME' || stride <= 0) return 0;
  const output = Math.ceil(input / stride);
  const reach = (filter - 1) * dilation + 1;
  return Math.floor(Math.max(0, (output - 1) * stride + reach - input) / 2);
}
