import { elementReader } from '../../ir/decode';
import { bytesOf } from '../../ir/dtype';
import { elementCount, isStatic } from '../../ir/shape';
import type { Tensor } from '../../ir/tensor';
import type { FileContext } from './fileContext';
import { maxBlockScales } from './limits';
import type { QuantizationRecord } from './schema/modelTables';

/**
 * Blockwise quantization keeps scales and zero points in other tensors of the graph. Blocks run along the dimension in
 * which the scale tensor is `block_size` times shorter.
 */
export function decodeBlockwise(
  context: FileContext,
  tensor: Tensor,
  record: QuantizationRecord | null,
  tensors: readonly Tensor[],
): Tensor {
  if (record?.details?.kind !== 'BlockwiseQuantization') return tensor;
  const details = record.details.value as Record<string, number>;
  const scaleTensor = tensors[details.scales ?? -1];
  const blockSize = details.block_size ?? 0;
  const scales = scaleTensor ? realsOf(context, scaleTensor) : null;
  const axis = scaleTensor ? blockAxis(tensor, scaleTensor, blockSize) : null;
  if (!scaleTensor || !scales || axis === null) {
    const how = 'cannot be read; it is taken as not quantized';
    context.notes.add('blockwise scales', `The block scales of ${tensor.name} ${how}.`);
    return tensor;
  }
  const zeros = zeroPointsOf(context, tensors[details.zero_points ?? -1], scales.length);
  return { ...tensor, quantization: { scales, axis, blockSize, scaleTensor: scaleTensor.id, ...zeros } };
}

/** Without a tensor of zero points they are all 0. */
function zeroPointsOf(context: FileContext, tensor: Tensor | undefined, count: number) {
  const values = tensor ? realsOf(context, tensor) : null;
  const zeroPoints = Int32Array.from({ length: count }, (_, i) => values?.[i] ?? 0);
  return tensor ? { zeroPoints, zeroPointTensor: tensor.id } : { zeroPoints };
}

function blockAxis(tensor: Tensor, scaleTensor: Tensor, blockSize: number): number | null {
  const { shape } = tensor;
  const blocks = scaleTensor.shape;
  if (!isStatic(shape) || !isStatic(blocks) || shape.length !== blocks.length) return null;
  const axis = shape.findIndex((dim, d) => dim !== blocks[d]);
  const at = axis < 0 ? shape.findIndex((dim) => dim === 1 && blockSize === 1) : axis;
  const isBlocked = shape.every((dim, d) => dim === (d === at ? (blocks[d] ?? 0) * blockSize : blocks[d]));
  return isBlocked && at >= 0 ? at : null;
}

/** The values of a constant, one number an element; null for what is none or too long. */
function realsOf(context: FileContext, tensor: Tensor): Float32Array | null {
  const { constant, dtype, shape } = tensor;
  const count = elementCount(shape);
  if (!constant || count === null || count > maxBlockScales || bytesOf(dtype, count) > constant.byteLength) return null;
  context.window.spend(constant.byteLength);
  const at = elementReader(constant.read(), dtype);
  return at && Float32Array.from({ length: count }, (_, i) => at(i));
}
