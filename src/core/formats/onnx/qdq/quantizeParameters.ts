import { isInteger } from '../../../ir/dtype';
import type { DType } from '../../../ir/dtype';
import { ModelError } from '../../../ir/errors';
import type { Graph, Node } from '../../../ir/graph';
import type { Quantization } from '../../../ir/quantization';
import type { Tensor, TensorId } from '../../../ir/tensor';

/** Scales are read while parsing; a longer list than this belongs to blockwise weights and stays in the file. */
const MAX_SCALES = 65_536;

/** What a QuantizeLinear or DequantizeLinear says, when it says it with constants. */
export interface QuantizeParameters {
  readonly node: Node;
  /** The operator's input 0 and output 0. */
  readonly from: TensorId;
  readonly to: TensorId;
  /** Type of the integer side. */
  readonly storage: DType;
  readonly quantization: Quantization;
}

/**
 * Parameters of a Quantize or Dequantize node; null for what a tensor's quantization cannot say: computed scales,
 * blocks, float8, scales and results that are not float32.
 */
export function quantizeParametersOf(graph: Graph, node: Node): QuantizeParameters | null {
  const [from, scaleId, zeroId] = node.inputs;
  const to = node.outputs[0];
  if (from === undefined || from === null || scaleId === undefined || scaleId === null || to === undefined) return null;
  const { block_size: block, output_dtype: outputType, precision } = node.source.attributes;
  if (Number(block ?? 0) !== 0 || Number(outputType ?? 0) !== 0 || Number(precision ?? 0) !== 0) return null;
  const integerSide = graph.tensors[node.op.kind === 'Quantize' ? to : from]!;
  const zero = zeroId === undefined || zeroId === null ? null : graph.tensors[zeroId]!;
  const storage = zero?.dtype ?? (node.op.kind === 'Quantize' ? 'uint8' : integerSide.dtype);
  if (!isInteger(storage)) return null;
  const quantization = quantizationOf(graph.tensors[scaleId]!, zero, integerSide, graph.tensors[from]!, node);
  return quantization ? { node, from, to, storage, quantization } : null;
}

export function sameQuantization(a: Quantization, b: Quantization): boolean {
  return (
    a.axis === b.axis &&
    a.scales.length === b.scales.length &&
    a.scales.every((scale, index) => scale === b.scales[index]) &&
    a.zeroPoints.every((zeroPoint, index) => zeroPoint === b.zeroPoints[index])
  );
}

function quantizationOf(
  scale: Tensor,
  zero: Tensor | null,
  integerSide: Tensor,
  from: Tensor,
  node: Node,
): Quantization | null {
  const scales = floatsOf(scale);
  const zeroPoints = zero ? integersOf(zero) : new Int32Array(scales?.length ?? 0);
  if (!scales || zeroPoints?.length !== scales.length || scales.length === 0) return null;
  if (scales.length === 1) return { scales, zeroPoints, axis: null };
  const rank = (integerSide.shape ?? from.shape)?.length;
  const axis = Number(node.source.attributes.axis ?? 1);
  if (scale.shape?.length !== 1 || (axis < 0 && rank === undefined)) return null;
  return { scales, zeroPoints, axis: axis < 0 ? axis + (rank ?? 0) : axis };
}

function floatsOf(tensor: Tensor): Float32Array | null {
  const bytes = tensor.dtype === 'float32' ? smallBytes(tensor) : null;
  return bytes && new Float32Array(bytes.slice().buffer);
}

function integersOf(tensor: Tensor): Int32Array | null {
  const bytes = smallBytes(tensor);
  if (!bytes) return null;
  const copy = bytes.slice().buffer;
  switch (tensor.dtype) {
    case 'int8':
      return Int32Array.from(new Int8Array(copy));
    case 'uint8':
      return Int32Array.from(new Uint8Array(copy));
    case 'int16':
      return Int32Array.from(new Int16Array(copy));
    case 'uint16':
      return Int32Array.from(new Uint16Array(copy));
    case 'int32':
      return new Int32Array(copy);
    case 'int4':
    case 'uint4':
      return unpack(bytes, 4, tensor);
    case 'int2':
    case 'uint2':
      return unpack(bytes, 2, tensor);
    default:
      return null;
  }
}

/** Sub-byte integers, low bits first. */
function unpack(bytes: Uint8Array, bits: 2 | 4, tensor: Tensor): Int32Array {
  const count = (tensor.shape ?? []).reduce<number>((product, dim) => product * Number(dim), 1);
  const shift = tensor.dtype.startsWith('u') ? 0 : 32 - bits;
  return Int32Array.from({ length: count }, (_, index) => {
    const bit = index * bits;
    const value = ((bytes[bit >> 3] ?? 0) >> (bit & 7)) & ((1 << bits) - 1);
    return (value << shift) >> shift;
  });
}

function smallBytes(tensor: Tensor): Uint8Array | null {
  if (!tensor.constant || tensor.constant.byteLength > 4 * MAX_SCALES) return null;
  try {
    return tensor.constant.read();
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}
