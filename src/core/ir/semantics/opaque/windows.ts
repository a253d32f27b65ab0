import type { Node } from '../../graph';
import type { Padding } from '../../ops/common';
import type { Shape } from '../../shape';
import type { InferenceContext, NodeShapes, OutputFacts } from '../definition';
import { product, slide, slideBack, type Window } from '../dims';
import { attributeNumber, attributeNumbers, attributeText } from '../sourceAttributes';
import type { Infer, OpaqueRules } from './rule';

/** Forms of ONNX's window operators that the vocabulary has no word for: other ranks, norms and stated outputs. */

function paddingOf(node: Node, rank: number): Padding {
  const mode = attributeText(node, 'auto_pad');
  if (mode === 'SAME_UPPER' || mode === 'SAME_LOWER') {
    return { kind: 'same', odd: mode === 'SAME_UPPER' ? 'upper' : 'lower' };
  }
  const pads = mode === 'VALID' ? null : attributeNumbers(node, 'pads');
  return pads?.length === 2 * rank
    ? { kind: 'explicit', begin: pads.slice(0, rank), end: pads.slice(rank) }
    : { kind: 'valid' };
}

/** How the window moves along each spatial dimension. */
function windowsOf(node: Node, kernel: readonly number[]): readonly Window[] {
  const strides = attributeNumbers(node, 'strides');
  const dilations = attributeNumbers(node, 'dilations');
  const padding = paddingOf(node, kernel.length);
  const ceil = attributeNumber(node, 'ceil_mode') === 1;
  return kernel.map((size, dimension) => ({
    size,
    stride: strides?.[dimension] ?? 1,
    dilation: dilations?.[dimension] ?? 1,
    padding,
    dimension,
    ceil,
  }));
}

/** Spatial sizes of the kernel: of the weights O·I·spatial, or as the attribute has them. */
function kernelOf(node: Node, weights: Shape | null): readonly number[] | null {
  const spatial = weights?.slice(2);
  if (spatial?.every((dim) => typeof dim === 'number')) return spatial;
  return attributeNumbers(node, 'kernel_shape');
}

function slid(context: InferenceContext, kernel: readonly number[] | null, channels: Shape[number]): OutputFacts[] {
  const x = context.shape(0);
  if (!x || kernel?.length !== x.length - 2) return [];
  const windows = windowsOf(context.node, kernel);
  return [{ shape: [x[0]!, channels, ...windows.map((window, at) => slide(x[at + 2]!, window))] }];
}

const convolve: Infer = (context) => {
  const weights = context.shape(1);
  return slid(context, kernelOf(context.node, weights), weights?.[0] ?? null);
};

const pool: Infer = (context) => {
  const facts = slid(context, attributeNumbers(context.node, 'kernel_shape'), context.shape(0)?.[1] ?? null);
  return context.node.source.op === 'MaxPool' && facts[0] ? [facts[0], { ...facts[0], dtype: 'int64' }] : facts;
};

const globalPool: Infer = (context) => {
  const x = context.shape(0);
  return [{ shape: x?.map((dim, axis) => (axis < 2 ? dim : 1)) ?? null }];
};

const convTranspose: Infer = (context) => {
  const { node } = context;
  const x = context.shape(0);
  const weights = context.shape(1);
  if (!x || !weights) return [];
  const kernel = kernelOf(node, weights);
  if (kernel?.length !== x.length - 2) return [];
  const channels = product([weights[1] ?? null, attributeNumber(node, 'group') ?? 1]);
  const stated = attributeNumbers(node, 'output_shape')?.slice(-kernel.length);
  const more = attributeNumbers(node, 'output_padding');
  const windows = windowsOf(node, kernel);
  const spatial = windows.map((window, at) => stated?.[at] ?? slideBack(x[at + 2]!, window, more?.[at] ?? 0));
  return [{ shape: [x[0]!, channels, ...spatial] }];
};

const maxUnpool: Infer = (context) => {
  const x = context.shape(0);
  const stated = context.value(2);
  if (stated) return [{ shape: stated }];
  const kernel = attributeNumbers(context.node, 'kernel_shape');
  if (!x || kernel?.length !== x.length - 2) return [];
  if (context.has(2)) return [{ shape: x.map(() => null) }];
  const windows = windowsOf(context.node, kernel);
  return [{ shape: x.map((dim, axis) => (axis < 2 ? dim : slideBack(dim, windows[axis - 2]!, 0))) }];
};

/** Output elements times the products behind each. */
function convMacs({ inputs, outputs }: NodeShapes): number | null {
  const [, weights] = inputs;
  const [out] = outputs;
  return weights && out ? product([...weights.slice(1), ...out]) : null;
}

/** Each input pixel meets every weight of its channel once. */
function convTransposeMacs({ inputs }: NodeShapes): number | null {
  const [x, weights] = inputs;
  return x && weights ? product([...x.slice(0, 1), ...x.slice(2), ...weights]) : null;
}

export const windows: OpaqueRules = {
  Conv: { infer: convolve, macs: convMacs, roles: ['input', 'weights', 'bias'] },
  // What its interpolation multiplies is not counted, as in Resize.
  DeformConv: { infer: convolve, macs: convMacs, roles: ['input', 'weights', 'input', 'bias', 'input'] },
  ConvTranspose: { infer: convTranspose, macs: convTransposeMacs, roles: ['input', 'weights', 'bias'] },
  AveragePool: { infer: pool },
  MaxPool: { infer: pool },
  LpPool: { infer: pool },
  GlobalLpPool: { infer: globalPool },
  MaxUnpool: { infer: maxUnpool, roles: ['input', 'indices', 'shape'] },
};
