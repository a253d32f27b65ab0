import { isFloat } from '../../ir/dtype';
import type { Graph, Node } from '../../ir/graph';
import type { ActivationFunction } from '../../ir/ops/activation';
import type { Op, OpKind } from '../../ir/ops/op';
import type { UnaryFunction } from '../../ir/ops/elementwise';
import type { Reduce } from '../../ir/ops/reduction';
import { perTensor, type Quantization } from '../../ir/quantization';

/**
 * What int8 TFLite kernels demand of an operator's scales:
 * - `free`: inputs and outputs each have their own;
 * - `same`: data passes through, so all float inputs and outputs share one scale and zero point;
 * - a Quantization: the output's is fixed, because its range is known (softmax gives 0 to 1).
 *
 * Source: TensorFlow Lite 8-bit quantization specification, "int8 quantized operator specifications".
 */
export type ScaleRule = 'free' | 'same' | Quantization;

const ZERO_TO_ONE = perTensor(1 / 256, -128);
const MINUS_ONE_TO_ONE = perTensor(1 / 128, 0);
const LOG_PROBABILITY = perTensor(16 / 256, 127);

const RULES: Partial<Record<OpKind, ScaleRule>> = {
  Conv2d: 'free',
  DepthwiseConv2d: 'free',
  TransposeConv2d: 'free',
  FullyConnected: 'free',
  Add: 'free',
  Sub: 'free',
  Mul: 'free',
  SquaredDifference: 'free',
  ArgMax: 'free',
  ArgMin: 'free',
  Softmax: ZERO_TO_ONE,
  LogSoftmax: LOG_PROBABILITY,
  Pool: 'same',
  GlobalPool: 'same',
  Minimum: 'same',
  Maximum: 'same',
  Reshape: 'same',
  Squeeze: 'same',
  Unsqueeze: 'same',
  Flatten: 'same',
  Transpose: 'same',
  Concat: 'same',
  Split: 'same',
  Slice: 'same',
  Pad: 'same',
  Gather: 'same',
  Pack: 'same',
  Unpack: 'same',
  SpaceToDepth: 'same',
  DepthToSpace: 'same',
  Resize: 'same',
};

const ACTIVATIONS: Partial<Record<ActivationFunction, ScaleRule>> = {
  relu: 'free',
  relu6: 'free',
  reluN1To1: 'free',
  relu0To1: 'free',
  leakyRelu: 'free',
  prelu: 'free',
  hardSwish: 'free',
  elu: 'free',
  sigmoid: ZERO_TO_ONE,
  tanh: MINUS_ONE_TO_ONE,
};

const UNARY: ReadonlySet<UnaryFunction> = new Set<UnaryFunction>(['abs', 'rsqrt']);

const REDUCE: Partial<Record<Reduce['fn'], ScaleRule>> = { mean: 'free', sum: 'free', max: 'same', min: 'same' };

/** The rule of an operator, or null when there is no int8 kernel for it. */
export function scaleRule(op: Op): ScaleRule | null {
  if ('mode' in op && (op.mode === 'l2' || op.mode === 'cubic')) return null;
  if (op.kind === 'Activation') return ACTIVATIONS[op.fn] ?? null;
  if (op.kind === 'Unary') return UNARY.has(op.fn) ? 'free' : null;
  if (op.kind === 'Reduce') return REDUCE[op.fn] ?? null;
  return RULES[op.kind] ?? null;
}

/** True when the node reads or makes real numbers; index arithmetic is left as it is. */
export function touchesReals(graph: Graph, node: Node): boolean {
  return [...node.inputs, ...node.outputs].some((id) => id !== null && isFloat(graph.tensors[id]!.dtype));
}

/**
 * The version of a TFLite operator from which its int8 kernel exists (op_version.cc of TensorFlow Lite); operators not
 * listed took int8 from version 1, or are not quantized here.
 */
const INT8_VERSIONS: Readonly<Record<string, number>> = {
  CONV_2D: 3,
  DEPTHWISE_CONV_2D: 3,
  TRANSPOSE_CONV: 2,
  FULLY_CONNECTED: 4,
  ADD: 2,
  SUB: 2,
  MUL: 2,
  SQUARED_DIFFERENCE: 2,
  AVERAGE_POOL_2D: 2,
  MAX_POOL_2D: 2,
  MINIMUM: 2,
  MAXIMUM: 2,
  SOFTMAX: 2,
  LOG_SOFTMAX: 2,
  LOGISTIC: 2,
  TANH: 2,
  RELU: 2,
  RELU6: 2,
  LEAKY_RELU: 2,
  CONCATENATION: 2,
  PAD: 2,
  PADV2: 2,
  MIRROR_PAD: 2,
  MEAN: 2,
  SUM: 2,
  REDUCE_MAX: 2,
  REDUCE_MIN: 2,
  RESIZE_BILINEAR: 2,
  RESIZE_NEAREST_NEIGHBOR: 2,
  TRANSPOSE: 2,
  SPLIT: 2,
  SPLIT_V: 2,
  SLICE: 2,
  STRIDED_SLICE: 2,
  PACK: 2,
  UNPACK: 2,
  GATHER: 2,
  SPACE_TO_DEPTH: 2,
  DEPTH_TO_SPACE: 2,
  ARG_MAX: 2,
  ARG_MIN: 2,
  ABS: 2,
  RSQRT: 2,
};

/** The version an int8 use of a TFLite operator needs, never below what the file already asks for. */
export function int8Version(op: string, version: number): number {
  const needed = INT8_VERSIONS[op] ?? 1;
  // TRANSPOSE_CONV has its bias from version 3 on: version 2 has none.
  return Math.max(version, needed);
}
