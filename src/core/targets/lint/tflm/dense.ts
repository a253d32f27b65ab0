import type { DType } from '../../../ir/dtype';
import { need, type KernelCheck, type KernelChecks } from './kernelCheck';
import type { KernelTensor, KernelView } from './kernelView';
import { activationRange, counts, oneOf, quantized, rank, sameType, zeroPoint } from './rules';

/** Kernels with weights, and products of matrices. */

/** What each kernel says in its own words: hybrid models are not supported. */
function together(isSupported: boolean, input: KernelTensor, filter: KernelTensor): void {
  need(isSupported, `its kernel does not compute ${input.dtype} activations with ${filter.dtype} weights`);
}

interface Filter {
  readonly input: KernelTensor;
  readonly filter: KernelTensor;
  readonly bias: KernelTensor | null;
  readonly output: KernelTensor;
  /** The dimension of the weights that output channels run along. */
  readonly channelAxis: number;
}

/** PopulateConvolutionQuantizationParams in tensorflow/lite/kernels/kernel_util.cc. */
function convolutionScales({ input, filter, bias, output, channelAxis }: Filter): void {
  quantized(input);
  quantized(filter);
  const channels = filter.dims[channelAxis] ?? 0;
  if (filter.scales > 1) {
    oneOf(input, ['int8', 'int16']);
    oneOf(filter, ['int8', 'int4']);
    scalesPerChannel(filter, channels);
  }
  if (input.dtype === 'uint8') biasScale(input, filter, bias, output);
  if (['int8', 'uint8', 'int16'].includes(input.dtype)) activationRange(output);
}

function scalesPerChannel(filter: KernelTensor, channels: number): void {
  const along = filter.dims[filter.axis];
  const fits = filter.scales === channels && channels === along;
  need(fits, `its weights have ${filter.scales} scales along dimension ${filter.axis} for ${channels} output channels`);
}

function oneScaleOrPerChannel(filter: KernelTensor, channelAxis: number): void {
  const channels = filter.dims[channelAxis] ?? 0;
  const fits = filter.scales === 1 || filter.scales === channels;
  need(fits, `its weights have ${filter.scales} scales for ${channels} output channels`);
}

/** GetQuantizedConvolutionMultipler in tensorflow/lite/kernels/kernel_util.cc. */
function biasScale(input: KernelTensor, filter: KernelTensor, bias: KernelTensor | null, output: KernelTensor): void {
  const product = input.scale * filter.scale;
  if (bias) {
    const difference = Math.abs(product - bias.scale) / output.scale;
    need(difference <= 0.02, 'the scale of its bias is not that of its input times that of its weights');
  }
  need(product >= 0, 'a scale is negative');
}

/** In the order of the IR, which puts the shape that TRANSPOSE_CONV starts with behind the bias. */
function withWeights(node: KernelView, channelAxis: number): Filter {
  const output = node.output();
  const input = node.input(0);
  const filter = node.input(1, 'its weights');
  return { input, filter, bias: node.optional(2, 'its bias'), output, channelAxis };
}

function taken(node: KernelView): void {
  const { inputs, outputs } = node;
  need(inputs === 2 || inputs === 3, `it has ${inputs} inputs where its kernel takes 2 or 3`);
  need(outputs === 1, `it has ${outputs} outputs where its kernel gives 1`);
}

/** conv.cc, conv_common.cc */
const convolution: KernelCheck = {
  prepare(node) {
    const filter = withWeights(node, 0);
    const [x, w] = [filter.input.dtype, filter.filter.dtype];
    sameType(filter.input, filter.output);
    const supported =
      (x === 'float32' && w === 'float32') ||
      (x === 'int16' && w === 'int8') ||
      (x === 'int8' && (w === 'int4' || w === 'int8'));
    together(supported, filter.input, filter.filter);
    if (x !== 'float32') {
      quantized(filter.filter);
      oneScaleOrPerChannel(filter.filter, 0);
    }
    taken(node);
    if (x !== 'float32') convolutionScales(filter);
  },
  invoke(node) {
    const bias = node.optional(2, 'its bias');
    if (bias && node.input(0).dtype === 'int16') oneOf(bias, ['int32', 'int64']);
  },
};

/** depthwise_conv.cc, depthwise_conv_common.cc */
const depthwise: KernelCheck = {
  prepare(node) {
    const filter = withWeights(node, 3);
    const [x, w] = [filter.input.dtype, filter.filter.dtype];
    if (x === 'int8') {
      quantized(filter.filter);
      oneScaleOrPerChannel(filter.filter, 3);
    }
    const supported = x === w || (x === 'int8' && w === 'int4') || (x === 'int16' && w === 'int8');
    together(supported, filter.input, filter.filter);
    taken(node);
    if (x !== 'float32') convolutionScales(filter);
  },
  invoke(node) {
    const [input, filter] = [node.input(0), node.input(1, 'its weights')];
    oneOf(input, ['float32', 'int8', 'int16']);
    if (input.dtype === 'int16') oneOf(filter, ['int8']);
  },
};

/** transpose_conv.cc; the output's shape, its last operand in the IR, is not read. */
const transposeConvolution: KernelCheck = {
  prepare(node) {
    const filter = withWeights(node, 0);
    const [x, w] = [filter.input.dtype, filter.filter.dtype];
    together(x === w || (x === 'int16' && w === 'int8'), filter.input, filter.filter);
    if (x === 'int8' || x === 'int16') {
      quantized(filter.filter);
      oneScaleOrPerChannel(filter.filter, 0);
    }
    need(node.outputs === 1, `it has ${node.outputs} outputs where its kernel gives 1`);
    if (x !== 'float32') convolutionScales(filter);
  },
  invoke(node) {
    const input = node.input(0);
    sameType(input, node.output());
    oneOf(input, ['float32', 'int8', 'int16']);
  },
};

const FULLY_CONNECTED_WEIGHTS: Readonly<Partial<Record<DType, readonly DType[]>>> = {
  float32: ['float32'],
  int8: ['int8', 'int4'],
  int16: ['int8'],
};

/** fully_connected.cc, fully_connected_common.cc */
const fullyConnected: KernelCheck = {
  prepare(node) {
    const { input, filter, bias, output } = withWeights(node, 0);
    sameType(input, output);
    const weights = FULLY_CONNECTED_WEIGHTS[input.dtype];
    together(weights?.includes(filter.dtype) ?? true, input, filter);
    if (input.dtype !== 'float32') fullyConnectedScales(input, filter, bias, output);
  },
  invoke: (node) => oneOf(node.input(0), ['float32', 'int8', 'int16']),
  values(node) {
    const { dtype, zeroPoint } = node.input(1, 'its weights');
    if (dtype === 'float32' || zeroPoint === 0) return null;
    return `the zero point of its weights is ${zeroPoint}, which a build with assertions stops on`;
  },
};

export function fullyConnectedScales(
  input: KernelTensor,
  filter: KernelTensor,
  bias: KernelTensor | null,
  output: KernelTensor,
): void {
  if (filter.scales > 1) {
    oneOf(input, ['int8', 'int16']);
    need(filter.dtype !== 'int4', 'its weights are int4 with a scale for each channel');
    const along = filter.dims[filter.axis];
    need(filter.scales === along, `its weights have ${filter.scales} scales along a dimension of ${along ?? 0}`);
  } else {
    biasScale(input, filter, bias, output);
  }
  activationRange(output);
}

/** batch_matmul.cc, batch_matmul_common.cc */
const batchMatmul: KernelCheck = {
  prepare(node) {
    counts(node, 2, 1);
    const [a, b, output] = [node.input(0), node.input(1), node.output()];
    oneOf(a, ['float32', 'int8', 'int16']);
    oneOf(b, ['float32', 'int8', 'int16']);
    sameType(a, b);
    sameType(a, output);
    rank(a, 2, 5);
    rank(b, 2, 5);
    if (a.dtype === 'int16') for (const tensor of [a, b, output]) zeroPoint(tensor, 0);
    productShape(node, a, b, output);
  },
};

function extended(dims: readonly number[], length: number): readonly number[] {
  return [...Array.from({ length: length - dims.length }, () => 1), ...dims];
}

function productShape(node: KernelView, a: KernelTensor, b: KernelTensor, output: KernelTensor): void {
  const length = Math.max(a.dims.length, b.dims.length);
  const [left, right] = [extended(a.dims, length), extended(b.dims, length)];
  const batch = left.slice(0, -2).map((dim, index) => {
    const other = right[index]!;
    need(dim === other || dim === 1 || other === 1, `its batches of ${dim} and ${other} do not go together`);
    return dim === 1 ? other : dim;
  });
  const [rows, inner] = node.option('adj_x') === true ? [left.at(-1)!, left.at(-2)!] : [left.at(-2)!, left.at(-1)!];
  const [depth, columns] =
    node.option('adj_y') === true ? [right.at(-1)!, right.at(-2)!] : [right.at(-2)!, right.at(-1)!];
  need(inner === depth, `it sums ${inner} products on one side and ${depth} on the other`);
  need(
    output.dims.length >= length,
    `its output has ${output.dims.length} dimensions where its kernel gives ${length}`,
  );
  const elements = [...batch, rows, columns].reduce((product, dim) => product * dim, 1);
  need(output.count === elements, `its output has ${output.count} elements where its kernel gives ${elements}`);
}

export const denseChecks: KernelChecks = {
  CONV_2D: convolution,
  DEPTHWISE_CONV_2D: depthwise,
  TRANSPOSE_CONV: transposeConvolution,
  FULLY_CONNECTED: fullyConnected,
  BATCH_MATMUL: batchMatmul,
};
