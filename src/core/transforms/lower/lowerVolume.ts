import { ModelError } from '../../ir/errors';
import type { Node } from '../../ir/graph';
import type { Padding } from '../../ir/ops/common';
import type { LowerContext } from './lowerContext';
import { biasOf, explicitPads, windowAxes } from './lowerConvolution';

/** Convolutions over three dimensions: N·D·H·W·C in TFLite, N·C·D·H·W in ONNX. */
const TO_CHANNELS_SECOND = [0, 4, 1, 2, 3];
const TO_CHANNELS_LAST = [0, 2, 3, 4, 1];

interface Volume {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: Padding;
}

function volumeOf({ source: { op, attributes } }: Node): Volume {
  const numbers = (prefix: string, suffix = ''): readonly number[] =>
    ['d', 'h', 'w'].map((axis) => Number(attributes[`${prefix}_${axis}${suffix}`] ?? 1));
  const activation = attributes.fused_activation_function;
  if (typeof activation === 'string' && !['NONE', 'RELU', 'RELU6'].includes(activation))
    throw new ModelError('unsupported-operator', `${op} with the activation ${activation} is not supported.`);
  const padding: Padding = attributes.padding === 'VALID' ? { kind: 'valid' } : { kind: 'same', odd: 'upper' };
  return { strides: numbers('stride'), dilations: numbers('dilation', '_factor'), padding };
}

function define(context: LowerContext, node: Node, value: string): void {
  const fused = node.source.attributes.fused_activation_function;
  const active = context.activate(value, fused === 'RELU' ? 'relu' : fused === 'RELU6' ? 'relu6' : 'none');
  context.define(node.outputs[0]!, context.node('Transpose', [active], { intLists: { perm: TO_CHANNELS_LAST } }));
}

function channelsSecond(context: LowerContext, id: number): string {
  return context.node('Transpose', [context.value(id)], { intLists: { perm: TO_CHANNELS_SECOND } });
}

/** Weights D·H·W·I·O. */
export function lowerConv3d(context: LowerContext, node: Node): void {
  const [x, w] = [node.inputs[0]!, node.inputs[1]!];
  const { strides, dilations, padding } = volumeOf(node);
  const [depth, height, width, inner, outer] = context.shape(w) as [number, number, number, number, number];
  const kernel = [depth, height, width];
  const weights = context.weights(w, [4, 3, 0, 1, 2], [outer, inner, ...kernel], 0);
  const pads = explicitPads(padding, windowAxes(context.shape(x), kernel, strides, dilations));
  const inputs = [channelsSecond(context, x), weights, ...biasOf(context, context.input(node, 2), outer)];
  define(context, node, context.node('Conv', inputs, { intLists: { kernel_shape: kernel, strides, dilations, pads } }));
}

/** Output shape, weights D·H·W·O·I, x, bias. */
export function lowerTransposeConv3d(context: LowerContext, node: Node): void {
  const [w, x] = [node.inputs[1]!, node.inputs[2]!];
  const { strides, dilations } = volumeOf(node);
  const [depth, height, width, outer, inner] = context.shape(w) as [number, number, number, number, number];
  const kernel = [depth, height, width];
  const [from, to] = [context.shape(x), context.shape(node.outputs[0]!)];
  const extra = kernel.map((size, i) => (from[i + 1]! - 1) * strides[i]! + (size - 1) * dilations[i]! + 1 - to[i + 1]!);
  const begin = extra.map((cells) => Math.floor(Math.max(0, cells) / 2));
  const pads = [...begin, ...extra.map((cells, i) => Math.max(0, cells) - begin[i]!)];
  const weights = context.weights(w, [4, 3, 0, 1, 2], [inner, outer, ...kernel], 1);
  const inputs = [channelsSecond(context, x), weights, ...biasOf(context, context.input(node, 3), outer)];
  const output_padding = extra.map((cells) => Math.max(0, -cells));
  const lists = { kernel_shape: kernel, strides, dilations, pads, output_padding };
  define(context, node, context.node('ConvTranspose', inputs, { intLists: lists }));
}
