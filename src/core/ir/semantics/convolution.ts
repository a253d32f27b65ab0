import type { Conv, DepthwiseConv2d, IntegerConv, TransposeConv2d } from '../ops/convolution';
import type { Shape } from '../shape';
import type { Definitions, InferenceContext, NodeShapes, OpDefinition, OutputFacts, Role } from './definition';
import { formatStrides, formatWindow, product, slide, slideBack, spatialAxes, type Window } from './dims';
import { integerOperand, RESULT_SCALE, withType } from './integerOperands';
import { attributeNumbers } from './sourceAttributes';

type AnyConv = Conv | DepthwiseConv2d | IntegerConv;

/** Which operand the weights are: QLinearConv gives the scale and zero point of x before them. */
function weightsInput({ kind }: AnyConv | TransposeConv2d): number {
  return kind === 'QLinearConv' ? 3 : 1;
}

/** The shape of the weights as the layout would have it, whatever the order they lie in. */
function filterShape(op: AnyConv | TransposeConv2d, weights: Shape): Shape {
  if (op.filterOrder !== 'spatialIO' || weights.length < 3) return weights;
  const spatial = weights.slice(0, -2);
  const [inputs = null, outputs = null] = weights.slice(-2);
  if (op.kind !== 'DepthwiseConv2d') {
    return op.layout === 'NHWC' ? [outputs, ...spatial, inputs] : [outputs, inputs, ...spatial];
  }
  const filters = typeof inputs === 'number' && typeof outputs === 'number' ? inputs * outputs : null;
  return op.layout === 'NHWC' ? [1, ...spatial, filters] : [filters, 1, ...spatial];
}

/** The shape of the weights operand. */
function weightsOf(op: AnyConv | TransposeConv2d, stored: Shape | null | undefined): Shape | null {
  return stored ? filterShape(op, stored) : null;
}

/** Weights lie O·spatial·I in NHWC and O·I·spatial in NCHW, whatever the operator. */
function kernelOf(weights: Shape, layout: 'NHWC' | 'NCHW'): Shape {
  return layout === 'NHWC' ? weights.slice(1, -1) : weights.slice(2);
}

function windowAt(op: AnyConv | TransposeConv2d, dimension: number, size: number): Window {
  return {
    size,
    stride: op.strides[dimension] ?? 1,
    dilation: op.dilations[dimension] ?? 1,
    padding: op.padding,
    dimension,
    ceil: false,
  };
}

function inferConv(op: AnyConv, context: InferenceContext): readonly OutputFacts[] {
  const x = context.shape(0);
  const weights = weightsOf(op, context.shape(weightsInput(op)));
  if (!x || x.length !== weights?.length || x.length < 3) return [];
  const { first, channels } = spatialAxes(x.length, op.layout);
  const kernel = kernelOf(weights, op.layout);
  const outChannels = op.kind === 'DepthwiseConv2d' && op.layout === 'NHWC' ? weights[weights.length - 1] : weights[0];
  const shape = x.map((dim, axis) => {
    if (axis === 0) return dim;
    if (axis === channels) return outChannels ?? null;
    const size = kernel[axis - first];
    return typeof size === 'number' ? slide(dim, windowAt(op, axis - first, size)) : null;
  });
  return [{ shape }];
}

/** Output elements times the products behind each: kernel pixels times the input channels of a group, padding included. */
function convMacs(op: Conv | IntegerConv, shapes: NodeShapes): number | null {
  const weights = weightsOf(op, shapes.inputs[weightsInput(op)]);
  const out = shapes.outputs[0];
  if (!weights || !out) return null;
  const perOutput = product(weights.slice(1));
  const outputs = product(out);
  return perOutput === null || outputs === null ? null : perOutput * outputs;
}

function depthwiseMacs(op: DepthwiseConv2d, shapes: NodeShapes): number | null {
  const weights = weightsOf(op, shapes.inputs[1]);
  const out = shapes.outputs[0];
  if (!weights || !out) return null;
  const perOutput = product(kernelOf(weights, op.layout));
  const outputs = product(out);
  return perOutput === null || outputs === null ? null : perOutput * outputs;
}

function convDetail(op: AnyConv | TransposeConv2d, shapes: NodeShapes): string {
  const weights = weightsOf(op, shapes.inputs[weightsInput(op)]);
  const kernel = weights ? kernelOf(weights, op.layout) : [];
  const window = kernel.every((dim) => typeof dim === 'number') ? formatWindow(kernel) : '';
  const dilation = op.dilations.some((dilation) => dilation !== 1) ? ` dilated ${formatWindow(op.dilations)}` : '';
  const groups = op.kind !== 'DepthwiseConv2d' && op.groups > 1 ? ` ${op.groups} groups` : '';
  return `${window}${formatStrides(op.strides)}${dilation}${groups}`.trim();
}

function transposeConvChannels(op: TransposeConv2d, weights: Shape): Shape[number] {
  if (op.layout === 'NHWC') return weights[0] ?? null;
  const perGroup = weights[1];
  return typeof perGroup === 'number' ? perGroup * op.groups : null;
}

function inferTransposeConv(op: TransposeConv2d, context: InferenceContext): readonly OutputFacts[] {
  const whole = context.value(3);
  if (whole) return [{ shape: whole }];
  const x = context.shape(0);
  const weights = weightsOf(op, context.shape(1));
  if (!x || x.length !== weights?.length || x.length < 3) return [];
  const { first, channels } = spatialAxes(x.length, op.layout);
  const kernel = kernelOf(weights, op.layout);
  const stated = attributeNumbers(context.node, 'output_shape');
  const spatial = stated?.slice(stated.length - kernel.length) ?? null;
  const shape = x.map((dim, axis) => {
    if (axis === 0) return dim;
    if (axis === channels) return transposeConvChannels(op, weights);
    const at = axis - first;
    const size = kernel[at];
    if (spatial) return spatial[at] ?? null;
    return typeof size === 'number' ? slideBack(dim, windowAt(op, at, size), op.outputPadding[at] ?? 0) : null;
  });
  return [{ shape }];
}

/** Each input pixel meets every weight once; products that fall outside a cropped output count too. */
function transposeConvMacs(op: TransposeConv2d, shapes: NodeShapes): number | null {
  const x = shapes.inputs[0];
  const weights = weightsOf(op, shapes.inputs[1]);
  if (!x || !weights) return null;
  const { channels } = spatialAxes(x.length, op.layout);
  const pixels = product(x.filter((_, axis) => axis !== channels));
  const perPixel = product(weights);
  return pixels === null || perPixel === null ? null : pixels * perPixel;
}

const roles = (): readonly Role[] => ['input', 'weights', 'bias', 'shape'];

const conv: OpDefinition<Conv> = { infer: inferConv, macs: convMacs, detail: convDetail, roles };

export const convolution: Definitions<Conv['kind'] | 'DepthwiseConv2d' | 'TransposeConv2d' | IntegerConv['kind']> = {
  Conv1d: conv,
  Conv2d: conv,
  Conv3d: conv,
  DepthwiseConv2d: { infer: inferConv, macs: depthwiseMacs, detail: convDetail, roles },
  TransposeConv2d: { infer: inferTransposeConv, macs: transposeConvMacs, detail: convDetail, roles },
  QLinearConv: {
    infer: (op, context) => withType(inferConv(op, context), context.dtype(7)),
    macs: convMacs,
    detail: convDetail,
    roles: () => [...integerOperand('input'), ...integerOperand('weights'), ...RESULT_SCALE, 'bias'],
  },
  ConvInteger: {
    infer: (op, context) => withType(inferConv(op, context), 'int32'),
    macs: convMacs,
    detail: convDetail,
    roles: () => ['input', 'weights', 'zero point'],
  },
};
