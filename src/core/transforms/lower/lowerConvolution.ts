import { ModelError } from '../../ir/errors';
import type { Node } from '../../ir/graph';
import type { Padding } from '../../ir/ops/common';
import type { Conv, DepthwiseConv2d, TransposeConv2d } from '../../ir/ops/convolution';
import type { TensorId } from '../../ir/tensor';
import type { LowerContext } from './lowerContext';

/** One spatial axis of a sliding window. */
export interface WindowAxis {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
}

/**
 * Cells added before and after each axis: ONNX `pads` order, all beginnings and then all ends. SAME keeps
 * ceil(input / stride) outputs (TensorFlow's definition).
 */
export function explicitPads(padding: Padding, axes: readonly WindowAxis[]): readonly number[] {
  if (padding.kind === 'explicit') return [...padding.begin, ...padding.end];
  if (padding.kind === 'valid') return axes.flatMap(() => [0, 0]);
  const totals = axes.map(({ input, kernel, stride, dilation }) =>
    Math.max(0, (Math.ceil(input / stride) - 1) * stride + (kernel - 1) * dilation + 1 - input),
  );
  const small = totals.map((total) => Math.floor(total / 2));
  const large = totals.map((total, i) => total - small[i]!);
  return padding.odd === 'upper' ? [...small, ...large] : [...large, ...small];
}

export function lowerConv2d(context: LowerContext, node: Node, op: Conv | DepthwiseConv2d): void {
  const [x, w, b] = [node.inputs[0]!, node.inputs[1]!, context.input(node, 2)];
  const isDepthwise = op.kind === 'DepthwiseConv2d';
  const [outer, height, width, inner] = context.shape(w) as [number, number, number, number];
  const channels = context.shape(x)[3]!;
  const outputs = isDepthwise ? inner : outer;
  const weights = isDepthwise
    ? context.weights(w, [3, 0, 1, 2], [inner, 1, height, width], 0)
    : context.weights(w, [0, 3, 1, 2], [outer, inner, height, width], 0);
  const pads = explicitPads(op.padding, windowAxes(context.shape(x), [height, width], op.strides, op.dilations));
  const value = context.node('Conv', [context.value(x, 'NCHW'), weights, ...biasOf(context, b, outputs)], {
    ints: { group: isDepthwise ? channels : channels / inner },
    intLists: { kernel_shape: [height, width], strides: op.strides, dilations: op.dilations, pads },
  });
  context.define(node.outputs[0]!, context.activate(value, op.activation), 'NCHW');
}

export function lowerTransposeConv(context: LowerContext, node: Node, op: TransposeConv2d): void {
  const [x, w, b] = [node.inputs[0]!, node.inputs[1]!, context.input(node, 2)];
  const [outputs, height, width, inputs] = context.shape(w) as [number, number, number, number];
  if (op.groups !== 1) throw new ModelError('unsupported-operator', 'Grouped TRANSPOSE_CONV is not supported.');
  const from = context.shape(x);
  const to = context.shape(node.outputs[0]!);
  const kernel = [height, width];
  const extra = kernel.map((size, i) => (from[i + 1]! - 1) * op.strides[i]! + size - to[i + 1]!);
  const begin = extra.map((cells) => Math.floor(Math.max(0, cells) / 2));
  const value = context.node(
    'ConvTranspose',
    [
      context.value(x, 'NCHW'),
      context.weights(w, [3, 0, 1, 2], [inputs, outputs, height, width], 1),
      ...biasOf(context, b, outputs),
    ],
    {
      intLists: {
        kernel_shape: kernel,
        strides: op.strides,
        pads: [...begin, ...extra.map((cells, i) => Math.max(0, cells) - begin[i]!)],
        output_padding: extra.map((cells) => Math.max(0, -cells)),
      },
    },
  );
  context.define(node.outputs[0]!, context.activate(value, op.activation), 'NCHW');
}

/** The height and width axes of an NHWC input. */
export function windowAxes(
  shape: readonly number[],
  kernel: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
): readonly WindowAxis[] {
  return kernel.map((size, i) => ({
    input: shape[i + 1]!,
    kernel: size,
    stride: strides[i] ?? 1,
    dilation: dilations[i] ?? 1,
  }));
}

/** The bias as an input list of none or one; TFLite may also leave an empty tensor there. */
export function biasOf(context: LowerContext, id: TensorId | null, count: number): readonly string[] {
  return id === null ? [] : [context.weights(id, null, [count], 0)];
}
