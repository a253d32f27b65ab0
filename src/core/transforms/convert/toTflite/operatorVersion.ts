import type { Attributes } from '../../../ir/attributes';
import type { DType } from '../../../ir/dtype';
import type { Tensor } from '../../../ir/tensor';
import { int8Version } from '../../quantize/int8Rules';

/** What decides the version of an operator: the types and ranks of its operands and some options. */
export interface OperatorUse {
  readonly inputs: readonly (Tensor | null)[];
  readonly outputs: readonly Tensor[];
  readonly attributes: Attributes;
}

type Rule = (use: OperatorUse) => number;

const dtypeAt = ({ inputs }: OperatorUse, index: number): DType | null => inputs[index]?.dtype ?? null;
const rankAt = ({ inputs }: OperatorUse, index: number): number => inputs[index]?.shape?.length ?? 0;

function broadcastsBeyond4({ inputs }: OperatorUse): boolean {
  const shapes = inputs.map((tensor) => (tensor?.shape ?? []).join());
  const ranks = inputs.map((tensor) => tensor?.shape?.length ?? 0);
  return new Set(shapes).size > 1 && Math.max(...ranks) > 4;
}

const halfPixel: Rule = ({ attributes }) => (attributes.half_pixel_centers === true ? 3 : 1);

/** Rules beside the int8 ones: by type, rank and option. */
const RULES: Readonly<Record<string, Rule>> = {
  CONV_2D: ({ inputs }) => (inputs[0]?.shape?.[3] === inputs[1]?.shape?.[3] ? 1 : 6),
  DEPTHWISE_CONV_2D: ({ attributes }) =>
    attributes.dilation_w_factor === 1 && attributes.dilation_h_factor === 1 ? 1 : 2,
  FULLY_CONNECTED: ({ inputs, attributes }) => (inputs.length === 2 ? 6 : attributes.keep_num_dims === true ? 5 : 1),
  TRANSPOSE_CONV: ({ inputs }) => (inputs.length > 3 && inputs[2] ? 3 : 1),
  TRANSPOSE: (use) => (rankAt(use, 0) > 5 ? 6 : rankAt(use, 0) > 4 ? 4 : dtypeAt(use, 0) === 'bool' ? 3 : 1),
  GATHER: (use) => (dtypeAt(use, 0) === 'bool' ? 3 : 1),
  SPLIT: (use) => (dtypeAt(use, 1) === 'int32' ? 3 : 1),
  SLICE: (use) => (rankAt(use, 0) > 4 ? 5 : 1),
  STRIDED_SLICE: (use) => (rankAt(use, 0) > 4 ? 4 : dtypeAt(use, 0) === 'bool' ? 3 : 1),
  PAD: (use) => (dtypeAt(use, 0) === 'bool' ? 5 : rankAt(use, 0) > 4 ? 4 : 1),
  PADV2: (use) => (dtypeAt(use, 0) === 'bool' ? 5 : rankAt(use, 0) > 4 ? 4 : 1),
  RESIZE_BILINEAR: halfPixel,
  RESIZE_NEAREST_NEIGHBOR: (use) => (use.attributes.align_corners === true ? 3 : halfPixel(use)),
  ADD: (use) => (dtypeAt(use, 0) === 'int64' ? 4 : 1),
  SUB: (use) => (dtypeAt(use, 0) === 'int64' ? 4 : broadcastsBeyond4(use) ? 3 : 1),
  MUL: (use) => (dtypeAt(use, 0) === 'int64' ? 5 : 1),
  DIV: (use) => (broadcastsBeyond4(use) ? 2 : 1),
  MAXIMUM: (use) => (broadcastsBeyond4(use) ? 3 : 1),
  MINIMUM: (use) => (broadcastsBeyond4(use) ? 3 : 1),
  FLOOR_DIV: (use) => (dtypeAt(use, 0) === 'float32' ? 2 : 1),
  BROADCAST_TO: () => 2,
  SIGN: (use) => (dtypeAt(use, 0) === 'int32' ? 2 : 1),
  ABS: (use) => (dtypeAt(use, 0) === 'int32' ? 5 : 1),
  CAST: (use) => (dtypeAt(use, 0) === 'int8' || use.outputs[0]?.dtype === 'int8' ? 3 : 1),
  DEQUANTIZE: (use) =>
    dtypeAt(use, 0) === 'float16'
      ? 3
      : dtypeAt(use, 0) === 'int8'
        ? (use.inputs[0]?.quantization?.axis ?? null) === null
          ? 2
          : 5
        : 1,
  BATCH_MATMUL: (use) => (dtypeAt(use, 0) === 'int8' ? 2 : 1),
  TILE: (use) => (dtypeAt(use, 0) === 'int8' ? 3 : 1),
  REVERSE_V2: (use) => (dtypeAt(use, 0) === 'int8' ? 3 : dtypeAt(use, 0) === 'bool' ? 2 : 1),
};

/** From which version kernels take int16 activations; operators not listed here have no such kernel, or always had. */
const INT16_VERSIONS: Readonly<Record<string, number>> = {
  CONV_2D: 4,
  DEPTHWISE_CONV_2D: 5,
  FULLY_CONNECTED: 7,
  TRANSPOSE_CONV: 3,
  GATHER: 4,
  MUL: 4,
  ADD: 3,
  SUB: 5,
  MAX_POOL_2D: 3,
  AVERAGE_POOL_2D: 3,
  TRANSPOSE: 5,
  SPLIT: 4,
  SLICE: 4,
  DEQUANTIZE: 3,
  RELU: 3,
  RELU6: 3,
  RESIZE_BILINEAR: 4,
  RESIZE_NEAREST_NEIGHBOR: 4,
  TANH: 3,
  LOGISTIC: 3,
  LEAKY_RELU: 2,
  BATCH_MATMUL: 3,
  PAD: 3,
  PADV2: 3,
  CONCATENATION: 3,
  SOFTMAX: 3,
  MEAN: 3,
  REDUCE_MAX: 3,
  REDUCE_MIN: 3,
  RSQRT: 3,
};

/**
 * The version that a use of an operator needs: a runtime that knows an older one must not take it. Source:
 * GetBuiltinOperatorVersion in tensorflow/compiler/mlir/lite/tools/versioning/op_version.cc.
 */
export function operatorVersion(op: string, use: OperatorUse): number {
  const version = RULES[op]?.(use) ?? 1;
  const dtype = dtypeAt(use, op === 'SPLIT' ? 1 : 0);
  if (op === 'QUANTIZE' && use.outputs[0]?.dtype === 'int16') return 2;
  if (dtype === 'int16') return Math.max(version, INT16_VERSIONS[op] ?? 1);
  return dtype === 'int8' ? int8Version(op, version) : version;
}
