import { ModelError } from '../../ir/errors';
import type { Tensor } from '../../ir/tensor';
import type { AnyRecord } from './flatbuffer/fields';
import type { DeferredBytes } from './flatbuffer/writeRecord';
import { decodeQuantization, encodeQuantization, fitsShape, sameNumbers, sameQuantization } from './quantization';
import type { TensorParts } from './readTensors';
import { encodeShape } from './readTensors';
import { tensorTypeOf } from './schema/elementTypes';
import type { QuantizationRecord, TensorRecord } from './schema/modelTables';

/** The file's buffers: number 0 stays empty, constants with one key share one. */
export class Buffers {
  readonly contents: (DeferredBytes | null)[] = [null];
  readonly #indices = new Map<string, number>();

  /** The index of a buffer with these bytes. */
  add(bytes: DeferredBytes, key?: string): number {
    const known = key === undefined ? undefined : this.#indices.get(key);
    if (known !== undefined) return known;
    this.contents.push(bytes);
    if (key !== undefined) this.#indices.set(key, this.contents.length - 1);
    return this.contents.length - 1;
  }
}

/** A tensor's record. Kept parts of its file are used where they still mean what the IR says. */
export function tensorRecord(tensor: Tensor, buffers: Buffers, statesRanks: boolean): AnyRecord {
  const parts = tensor.fileParts as TensorParts | undefined;
  const kept = parts?.dtype === tensor.dtype ? parts.record : {};
  return {
    ...(parts && sameDims(parts, tensor) ? parts.shape : encodeShape(tensor.shape)),
    ...contentsOf(tensor, kept, buffers),
    type: typeOf(tensor, kept),
    name: tensor.name,
    quantization: quantizationRecord(tensor, kept.quantization ?? null),
    is_variable: tensor.isVariable,
    sparsity: tensor.isSparse === true ? kept.sparsity : null,
    has_rank: statesRanks && tensor.shape !== null,
    variant_tensors: kept.variant_tensors,
  };
}

function typeOf(tensor: Tensor, kept: Partial<TensorRecord>): string | number {
  const type = tensorTypeOf(tensor.dtype) ?? kept.type;
  if (type !== undefined) return type;
  throw new ModelError('unsupported-dtype', `TensorFlow Lite has no element type ${tensor.dtype} (${tensor.name}).`);
}

/** Where the bytes are: in a buffer, in the external file they came from, or nowhere. */
function contentsOf({ constant }: Tensor, kept: Partial<TensorRecord>, buffers: Buffers): Partial<TensorRecord> {
  const { external_buffer: external } = kept;
  if (constant === null) return { buffer: 0 };
  if (external !== undefined && constant.key === `external:${external}`) return { external_buffer: external };
  return { buffer: buffers.add(constant, constant.key) };
}

/** Whether the kept shape is still that of the tensor. */
function sameDims(parts: TensorParts, tensor: Tensor): boolean {
  if (!parts.shape || tensor.shape === null) return false;
  const { shape, shape_signature: signature } = parts.shape;
  const dims = (signature?.length ?? 0) === (shape?.length ?? 0) ? signature : shape;
  return sameNumbers(
    (dims ?? []).map((dim) => (dim < 0 ? null : dim)),
    tensor.shape,
  );
}

function quantizationRecord(tensor: Tensor, kept: QuantizationRecord | null): QuantizationRecord | null {
  return kept && stillMeans(kept, tensor) ? kept : encodeQuantization(tensor.quantization);
}

function stillMeans(record: QuantizationRecord, tensor: Tensor): boolean {
  const { quantization, shape } = tensor;
  if (record.details?.kind === 'BlockwiseQuantization' && quantization) {
    const { scales, zero_points: zeroPoints, block_size: blockSize } = record.details.value;
    return (
      quantization.scaleTensor === scales &&
      (quantization.zeroPointTensor ?? -1) === zeroPoints &&
      quantization.blockSize === blockSize
    );
  }
  const meant = decodeQuantization(record, shape);
  return sameQuantization(meant && fitsShape(meant, shape) ? meant : null, quantization);
}
