import type { Activation, Layout, Padding } from './common';

interface ConvolutionAttributes {
  readonly layout: Layout;
  /** One a spatial dimension, outermost first: [height, width]. */
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: Padding;
  /** Applied to the output (TFLite fuses it; ONNX readers set 'none'). */
  readonly activation: Activation;
  /** Keras: spatial·I·O whatever the layout, depthwise spatial·C·multiplier. Left out: as the layout says. */
  readonly filterOrder?: 'spatialIO';
}

/**
 * Inputs: x, weights, bias?. Weights are in the file's layout: NHWC means O·spatial·I (TFLite OHWI), NCHW means
 * O·I·spatial (ONNX OIHW), with I = input channels / groups.
 */
export interface Conv extends ConvolutionAttributes {
  readonly kind: 'Conv1d' | 'Conv2d' | 'Conv3d';
  readonly groups: number;
}

/**
 * Each input channel has `multiplier` filters of its own. Inputs: x, weights, bias?. Weights: NHWC 1·H·W·(C·multiplier),
 * NCHW (C·multiplier)·1·H·W.
 */
export interface DepthwiseConv2d extends ConvolutionAttributes {
  readonly kind: 'DepthwiseConv2d';
  readonly multiplier: number;
}

/**
 * Inputs: x, weights, bias?, outputShape?. Weights: NHWC O·H·W·I (TFLite), NCHW I·(O/groups)·H·W (ONNX). TFLite's own
 * operand order is put back by its writer.
 */
export interface TransposeConv2d extends ConvolutionAttributes {
  readonly kind: 'TransposeConv2d';
  readonly groups: number;
  readonly outputPadding: readonly number[];
}

/**
 * A convolution of integers whose scales and zero points are operands of the node itself. Inputs of QLinearConv: x,
 * xScale, xZeroPoint, weights, weightsScale, weightsZeroPoint, yScale, yZeroPoint, bias?; of ConvInteger: x, weights,
 * xZeroPoint?, weightsZeroPoint?, its output are the int32 sums. Weights lie as those of Conv.
 */
export interface IntegerConv extends ConvolutionAttributes {
  readonly kind: 'QLinearConv' | 'ConvInteger';
  readonly groups: number;
}

export type ConvolutionOp = Conv | DepthwiseConv2d | TransposeConv2d | IntegerConv;
