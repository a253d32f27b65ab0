import type { KernelRule } from '../kernelRequests';
import { keeps, noRequests, persistent, scratch } from '../kernelRequests';
import { dimsOf } from '../kernelNode';
import { conv, depthwiseConv, fullyConnected, transposeConv } from './convolution';
import { batchMatMul, embeddingLookup, ownsOutputDims } from './dense';
import { lstm, svdf } from './recurrent';
import { meanOrSum, minMaxOrAll } from './reduction';
import { signalRules } from './signal';
import { softmax } from './softmax';
import { assignVariable } from './variables';

const nothing: KernelRule = () => noRequests;
const comparison = keeps(32);

/** Kernels that keep a structure only for int8. */
function keepsForInt8(bytes: number): KernelRule {
  return (node) => ({ init: [], prepare: node.needInput(0).dtype === 'int8' ? [persistent(bytes)] : [] });
}

/** CalculateOpData in kernels/add_n.cc: a pointer an input. */
const addN: KernelRule = (node) => {
  const isInt8 = node.needInput(0).dtype === 'int8';
  return { init: [], prepare: [...(isInt8 ? [persistent(40)] : []), scratch(4 * node.inputs.length)] };
};

/** MirrorPadPrepare in kernels/mirror_pad.cc. */
const mirrorPad: KernelRule = (node) => {
  const walk = scratch(4 * dimsOf(node.needInput(0)).length);
  return { init: [20], prepare: [walk, walk] };
};

/** Kernels whose init keeps a structure of one size, whatever the node. */
const structureSizes: Readonly<Record<string, number>> = {
  ABS: 28,
  ADD: 60,
  AVERAGE_POOL_2D: 32,
  CALL_ONCE: 8,
  CIRCULAR_BUFFER: 8,
  CONCATENATION: 24,
  DEQUANTIZE: 32,
  DIV: 28,
  ELU: 256,
  HARD_SWISH: 20,
  IF: 8,
  L2_NORMALIZATION: 4,
  LEAKY_RELU: 24,
  LOGISTIC: 16,
  MAX_POOL_2D: 32,
  MUL: 36,
  PAD: 56,
  PADV2: 56,
  PRELU: 28,
  QUANTIZE: 32,
  RELU: 28,
  RELU6: 8,
  RSQRT: 28,
  SELECT_V2: 1,
  SPACE_TO_BATCH_ND: 4,
  SQUARED_DIFFERENCE: 112,
  STRIDED_SLICE: 84,
  SUB: 52,
  TANH: 16,
  VAR_HANDLE: 4,
  WHILE: 8,
};

const withoutRequests = [
  ...['ARG_MAX', 'ARG_MIN', 'BATCH_TO_SPACE_ND', 'BROADCAST_ARGS', 'BROADCAST_TO', 'CAST', 'CEIL', 'COS'],
  ...['DYNAMIC_UPDATE_SLICE', 'EXP', 'EXPAND_DIMS', 'FILL', 'FLOOR', 'FLOOR_DIV', 'FLOOR_MOD', 'LOG'],
  ...['LOGICAL_AND', 'LOGICAL_NOT', 'LOGICAL_OR', 'MAXIMUM', 'MINIMUM', 'NEG', 'PACK', 'READ_VARIABLE', 'RESHAPE'],
  ...['RESIZE_BILINEAR', 'RESIZE_NEAREST_NEIGHBOR', 'REVERSE_V2', 'ROUND', 'SHAPE', 'SIN', 'SLICE', 'SPLIT'],
  ...['SPLIT_V', 'SQRT', 'SQUARE', 'SQUEEZE', 'TRANSPOSE', 'UNPACK', 'ZEROS_LIKE'],
];

const comparisons = ['EQUAL', 'NOT_EQUAL', 'LESS', 'LESS_EQUAL', 'GREATER', 'GREATER_EQUAL'];

/**
 * What TFLM's own kernels ask for, by the operator's name in the file: tensorflow/lite/micro/kernels and
 * signal/micro/kernels of tensorflow/tflite-micro 90b983c2b. Structure sizes are measured, see `structures`.
 */
export const referenceRules: ReadonlyMap<string, KernelRule> = new Map<string, KernelRule>([
  ...Object.entries(structureSizes).map(([name, bytes]) => [name, keeps(bytes)] as const),
  ...withoutRequests.map((name) => [name, nothing] as const),
  ...comparisons.map((name) => [name, comparison] as const),
  ...Object.entries(signalRules),
  ['ADD_N', addN],
  ['ASSIGN_VARIABLE', assignVariable],
  ['BATCH_MATMUL', batchMatMul],
  ['CONV_2D', conv],
  ['CUMSUM', keepsForInt8(36)],
  ['DEPTH_TO_SPACE', ownsOutputDims],
  ['DEPTHWISE_CONV_2D', depthwiseConv],
  ['EMBEDDING_LOOKUP', embeddingLookup],
  ['FULLY_CONNECTED', fullyConnected],
  ['GATHER', ownsOutputDims],
  ['GATHER_ND', ownsOutputDims],
  ['L2_POOL_2D', ownsOutputDims],
  ['LOG_SOFTMAX', keepsForInt8(28)],
  ['MEAN', meanOrSum],
  ['MIRROR_PAD', mirrorPad],
  ['REDUCE_ALL', minMaxOrAll],
  ['REDUCE_MAX', minMaxOrAll],
  ['REDUCE_MIN', minMaxOrAll],
  ['SOFTMAX', softmax],
  ['SPACE_TO_DEPTH', ownsOutputDims],
  ['SUM', meanOrSum],
  ['SVDF', svdf],
  ['TRANSPOSE_CONV', transposeConv],
  ['UNIDIRECTIONAL_SEQUENCE_LSTM', lstm],
]);
