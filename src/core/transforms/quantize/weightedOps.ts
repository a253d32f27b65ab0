import { isFloat } from '../../ir/dtype';
import type { Graph, Node } from '../../ir/graph';

/** Where an operator's weights and bias stand and which axis of the weights runs over its output channels. */
export interface WeightedInputs {
  readonly weights: number;
  readonly bias: number;
  readonly channelAxis: number;
}

/** Convolutions and dense layers; null for the rest. Axes as in ir/ops: TFLite O·H·W·I and 1·H·W·C, ONNX O·I·H·W. */
export function weightedInputs(graph: Graph, node: Node): WeightedInputs | null {
  const inputs = { weights: 1, bias: 2 };
  switch (node.op.kind) {
    case 'Conv1d':
    case 'Conv2d':
    case 'Conv3d':
      return { ...inputs, channelAxis: 0 };
    case 'DepthwiseConv2d':
      return { ...inputs, channelAxis: node.op.layout === 'NHWC' ? 3 : 0 };
    case 'TransposeConv2d':
      return { ...inputs, channelAxis: node.op.layout === 'NHWC' ? 0 : 1 };
    case 'FullyConnected':
      return { ...inputs, channelAxis: node.op.weights === 'OI' ? 0 : 1 };
    case 'MatMul':
      return isConstant(graph, node, 1) ? { ...inputs, channelAxis: lastAxis(graph, node) } : null;
    default:
      return null;
  }
}

/** True for a convolution or dense layer whose weights are a float constant. */
export function hasWeights(graph: Graph, node: Node): boolean {
  const place = weightedInputs(graph, node);
  const id = place === null ? null : node.inputs[place.weights];
  if (id === null || id === undefined) return false;
  const tensor = graph.tensors[id]!;
  return tensor.constant !== null && isFloat(tensor.dtype);
}

function isConstant(graph: Graph, node: Node, index: number): boolean {
  const id = node.inputs[index];
  return id !== null && id !== undefined && graph.tensors[id]!.constant !== null;
}

function lastAxis(graph: Graph, node: Node): number {
  return Math.max(0, (graph.tensors[node.inputs[1]!]!.shape?.length ?? 1) - 1);
}
