import { ModelError } from '../../ir/errors';
import type { Tensor } from '../../ir/tensor';
import type { AnyRecord } from './flatbuffer/fields';
import { unknownPart } from './flatbuffer/unknownFields';
import type { DeferredBytes } from './flatbuffer/writeRecord';
import { decodeQuantization, encodeQuantization, fitsShape, sameNumbers, sameQuantization } from './quantization';
import type { TensorParts } from './readTensors';
import { encodeShape } from './readTensors';
import { tensorTypeOf } from './schema/elementTypes';
import type { QuantizationRecord, TensorRecord } from './schema/modelTables';

/** The file's buffers: number 0 stays empty, constants with one key share one. */
export class Buffers {
  readonly contents: (DeferredBytes | null)[] = [null];
  /** What a buffer's record says beyond its bytes, by index. */
  readonly fields = new Map<number, AnyRecord>();
  readonly #indices = new Map<string, number>();
  readonly #keptFields: Readonly<Record<string, AnyRecord>>;

  constructor(keptFields: Readonly<Record<string, AnyRecord>> = {}) {
    this.#keptFields = keptFields;
  }

  /** The index of a buffer with these bytes. */
  add(bytes: DeferredBytes, key?: string): number {
    const known = key === undefined ? undefined : this.#indices.get(key);
    if (known !== undefined) return known;
    this.contents.push(bytes);
    const index = this.contents.length - 1;
    if (key === undefined) return index;
    this.#indices.set(key, index);
    const fields = this.#keptFields[key];
    if (fields) this.fields.set(index, fields);
    return index;
  }
}

/** A tensor's record. Kept parts of its file are used where they still mean what the IR says. */
export function tensorRecord(tensor: Tensor, buffers: Buffers, statesRanks: boolean): AnyRecord {
  const parts = tensor.fileParts as TensorParts | undefined;
  const kept = parts?.dtype === tensor.dtype ? parts.record : {};
  return {
    ...unknownPart(kept),
    has_rank: statesRanks && tensor.shape !== null,
    ...(parts && sameDims(parts, tensor) ? parts.shape : encodeShape(tensor.shape)),
    ...contentsOf(tensor, kept, buffers),
    type: typeOf(tensor, kept),
    name: tensor.name === '' && kept.name === null ? null : tensor.name,
    quantization: quantizationRecord(tensor, kept.quantization ?? null),
    is_variable: tensor.isVariable,
    sparsity: tensor.isSparse === true ? kept.sparsity : null,
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
  if (!parts.shape) return false;
  const shape = parts.shape.shape ?? [];
  const signature = parts.shape.shape_signature ?? [];
  if (tensor.shape === null) return shape.length === 0 && signature.length === 0;
  const dims = signature.length === shape.length ? signature : shape;
  return sameNumbers(
    dims.map((dim) => (dim < 0 ? null : dim)),
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
