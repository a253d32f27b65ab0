import type { Graph, Node } from '../../ir/graph';
import { bindShape } from '../../ir/shape';
import type { Tensor } from '../../ir/tensor';

// Source: mediapipe/util/tflite/operations/transpose_conv_bias.cc: the custom options are a TfLiteTransposeConvParams
// (padding, stride width, stride height as int32) and the inputs are x, weights (O·H·W·I), bias.
const CUSTOM_NAME = 'Convolution2DTransposeBias';
const SAME_PADDING = 1;

/**
 * MediaPipe's custom transposed convolution as the TRANSPOSE_CONV it is: version 3 of the builtin has the bias that the
 * custom operator was made for, so that runtimes without MediaPipe's operators can take it, and so can we.
 */
export function replaceTransposeConvBias(graph: Graph): Graph {
  if (!graph.nodes.some((node) => node.source.op === CUSTOM_NAME)) return graph;
  const tensors = [...graph.tensors];
  const nodes = graph.nodes.map((node) => (node.source.op === CUSTOM_NAME ? replaced(node, tensors) : node));
  return { ...graph, tensors, nodes };
}

function replaced(node: Node, tensors: Tensor[]): Node {
  const options = node.source.attributes.custom_options;
  const [x, weights, bias] = node.inputs;
  const output = node.outputs[0];
  const target = output === undefined ? null : tensors[output]!.shape;
  if (!(options instanceof Uint8Array) || options.length < 12 || x === undefined || weights === undefined || !target) {
    return node;
  }
  const view = new DataView(options.buffer, options.byteOffset, options.byteLength);
  const shape = shapeConstant(tensors, bindShape(target), `${tensors[output!]!.name}_shape`);
  const isSame = view.getInt32(0, true) === SAME_PADDING;
  const [strideWidth, strideHeight] = [view.getInt32(4, true), view.getInt32(8, true)];
  const attributes = {
    padding: isSame ? 'SAME' : 'VALID',
    stride_w: strideWidth,
    stride_h: strideHeight,
    fused_activation_function: 'NONE',
  };
  return {
    id: node.id,
    op: {
      kind: 'TransposeConv2d',
      layout: 'NHWC',
      strides: [strideHeight, strideWidth],
      dilations: [1, 1],
      padding: isSame ? { kind: 'same', odd: 'upper' } : { kind: 'valid' },
      activation: 'none',
      groups: 1,
      outputPadding: [0, 0],
    },
    inputs: [x, weights, bias ?? null, shape],
    outputs: node.outputs,
    source: { op: 'TRANSPOSE_CONV', domain: '', version: 3, name: '', attributes, index: node.source.index },
  };
}

function shapeConstant(tensors: Tensor[], shape: readonly number[], name: string): number {
  const id = tensors.length;
  const bytes = new Uint8Array(Int32Array.from(shape).buffer);
  const constant = { byteLength: bytes.length, storedBytes: bytes.length, key: `shape:${id}`, read: () => bytes };
  tensors.push({ id, name, dtype: 'int32', shape: [shape.length], quantization: null, constant, isVariable: false });
  return id;
}
