import { storedValues } from '../../../ir/decode';
import { isInteger } from '../../../ir/dtype';
import type { DType } from '../../../ir/dtype';
import { ModelError } from '../../../ir/errors';
import type { Graph, Node } from '../../../ir/graph';
import type { Quantization } from '../../../ir/quantization';
import type { Shape } from '../../../ir/shape';
import type { Tensor, TensorId } from '../../../ir/tensor';

/** Scales are read while parsing; a longer list than this belongs to blockwise weights and stays in the file. */
const MAX_SCALES = 65_536;

/** Blocks, other result types and half precision: attributes of newer opsets that a tensor's quantization cannot say. */
const UNUSUAL_ATTRIBUTES = ['block_size', 'output_dtype', 'precision'] as const;

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
  const [from, scale, zero = null] = node.inputs.map((id) => (id === null ? null : graph.tensors[id]!));
  const to = graph.tensors[node.outputs[0] ?? -1];
  if (!from || !scale || !to || isUnusual(node)) return null;
  const integerSide = node.op.kind === 'Quantize' ? to : from;
  const storage = zero ? zero.dtype : storageWithoutZeroPoint(node, from);
  if (!isInteger(storage)) return null;
  const quantization = quantizationOf(node, scale, zero, integerSide.shape ?? from.shape);
  return quantization && { node, from: from.id, to: to.id, storage, quantization };
}

/** QuantizeLinear makes uint8 when no zero point says otherwise. */
function storageWithoutZeroPoint(node: Node, from: Tensor): DType {
  return node.op.kind === 'Quantize' ? 'uint8' : from.dtype;
}

function isUnusual({ source }: Node): boolean {
  return UNUSUAL_ATTRIBUTES.some((name) => Number(source.attributes[name] ?? 0) !== 0);
}

function quantizationOf(node: Node, scale: Tensor, zero: Tensor | null, shape: Shape | null): Quantization | null {
  const scales = scale.dtype === 'float32' ? smallNumbers(scale) : null;
  const zeroPoints = zero ? smallNumbers(zero) : scales?.map(() => 0);
  if (!scales?.length || zeroPoints?.length !== scales.length) return null;
  const axis = axisOf(node, scale, shape, scales.length);
  if (axis === undefined) return null;
  return { scales: Float32Array.from(scales), zeroPoints: Int32Array.from(zeroPoints), axis };
}

export function sameQuantization(a: Quantization, b: Quantization): boolean {
  return (
    a.axis === b.axis &&
    a.scales.length === b.scales.length &&
    a.scales.every((scale, index) => scale === b.scales[index]) &&
    a.zeroPoints.every((zeroPoint, index) => zeroPoint === b.zeroPoints[index])
  );
}

/** The axis of the scales, null for one scale, undefined where it cannot be told. */
function axisOf(node: Node, scale: Tensor, shape: Shape | null, count: number): number | null | undefined {
  if (count === 1) return null;
  const axis = Number(node.source.attributes.axis ?? 1);
  if (scale.shape?.length !== 1) return undefined;
  if (axis >= 0) return axis;
  return shape === null ? undefined : axis + shape.length;
}

function smallNumbers(tensor: Tensor): readonly number[] | null {
  if (!tensor.constant || tensor.constant.byteLength > 4 * MAX_SCALES) return null;
  try {
    const { count, at } = storedValues(tensor);
    return Array.from({ length: count }, (_, index) => at(index));
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}
