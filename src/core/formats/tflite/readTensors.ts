import type { Quantization } from '../../ir/quantization';
import type { Shape } from '../../ir/shape';
import { elementCount, isStatic } from '../../ir/shape';
import type { ConstantData, Tensor } from '../../ir/tensor';
import type { DType } from '../../ir/dtype';
import { bytesOf } from '../../ir/dtype';
import { decodeBlockwise } from './blockwise';
import type { FileContext } from './fileContext';
import { lazyConstant, newerPart } from './fileContext';
import { unknownFieldsOf } from './flatbuffer/unknownFields';
import { bufferKey } from './keptLists';
import { maxRank } from './limits';
import { decodeQuantization, fitsShape, isCanonical, sameLists } from './quantization';
import { dtypeOf } from './schema/elementTypes';
import type { QuantizationRecord, TensorRecord } from './schema/modelTables';
import { externalConstant } from './externalBuffers';

/** What of a tensor the IR has no field for; the writer puts it back. */
export interface TensorParts {
  /** The element type the record speaks of. */
  readonly dtype: DType;
  readonly record: Partial<TensorRecord>;
  /** A shape and signature other than `encodeShape` would write. */
  readonly shape?: Pick<TensorRecord, 'shape' | 'shape_signature'> & { readonly has_rank?: boolean };
}

/**
 * The tensors of one subgraph. `filled` are those that an operator or the caller writes: an empty buffer of theirs is
 * no constant.
 */
export function readTensors(
  context: FileContext,
  records: readonly TensorRecord[],
  filled: ReadonlySet<number>,
): Tensor[] {
  const tensors = records.map((record, id) => readTensor(context, record, id, !filled.has(id)));
  return tensors.map((tensor, id) => decodeBlockwise(context, tensor, records[id]!.quantization, tensors));
}

function readTensor(context: FileContext, record: TensorRecord, id: number, mayBeConstant: boolean): Tensor {
  const { notes, window } = context;
  const name = record.name ?? '';
  if ((record.shape?.length ?? 0) > maxRank) {
    throw window.corrupt(`its tensor ${id} claims ${record.shape?.length ?? 0} dimensions`);
  }
  const shape = decodeShape(context, record);
  const dtype = dtypeOf(record.type);
  if (dtype === 'unknown')
    notes.add('element types', `Tensor ${name} has element type ${record.type}, which is newer.`);
  const tensor: Tensor = {
    id,
    name,
    dtype,
    shape,
    quantization: readQuantization(context, record, shape),
    constant: readConstant(context, record, shape, mayBeConstant),
    isVariable: record.is_variable,
    ...(record.sparsity ? { isSparse: true } : {}),
  };
  checkBytes(context, tensor);
  const parts = tensorParts(context, record, tensor);
  return parts === null ? tensor : { ...tensor, fileParts: { ...parts } };
}

function readQuantization(context: FileContext, record: TensorRecord, shape: Shape | null): Quantization | null {
  const quantization = decodeQuantization(record.quantization, shape);
  if (quantization === null || fitsShape(quantization, shape)) return quantization;
  const name = record.name ?? '';
  context.notes.add('scales', `The scales of ${name} do not fit its shape; it is taken as not quantized.`);
  return null;
}

/**
 * Dimensions as the file means them: -1 of the signature is a free dimension. An empty shape is a scalar, except in
 * files that state ranks and leave this one unstated.
 */
export function decodeShape(context: Pick<FileContext, 'model' | 'window'>, record: TensorRecord): Shape | null {
  const shape = record.shape ?? [];
  const signature = record.shape_signature ?? [];
  if (shape.length === 0 && signature.length === 0) {
    return !record.has_rank && statesRanks(context.model) ? null : [];
  }
  const dims = signature.length === shape.length ? signature : shape;
  return areKnown(dims) ? dims : dims.map((dim) => (dim < 0 ? null : dim));
}

function areKnown(dims: readonly number[]): boolean {
  for (const dim of dims) if (dim < 0) return false;
  return true;
}

const ranksStated = new WeakMap<object, boolean>();

/** Whether the file's writer knew `has_rank`: then its absence says that the rank is not known. */
export function statesRanks(model: FileContext['model']): boolean {
  const known = ranksStated.get(model);
  if (known !== undefined) return known;
  const states = (model.subgraphs ?? []).some((graph) => (graph.tensors ?? []).some((tensor) => tensor.has_rank));
  ranksStated.set(model, states);
  return states;
}

function readConstant(
  context: FileContext,
  record: TensorRecord,
  shape: Shape | null,
  mayBeConstant: boolean,
): ConstantData | null {
  if (record.external_buffer !== 0) return externalConstant(context, record.external_buffer);
  const { buffers, source, window } = context;
  if (record.buffer === 0 && buffers.length === 0) return null;
  const range = buffers[record.buffer];
  if (range === undefined) {
    throw window.corrupt(`tensor ${record.name ?? ''} refers to buffer ${record.buffer} of ${buffers.length}`);
  }
  if (range === null) return null;
  const isEmptyConstant = mayBeConstant && record.buffer !== 0 && elementCount(shape) === 0;
  return range.length > 0 || isEmptyConstant ? lazyConstant(source, range, bufferKey(record.buffer)) : null;
}

/** A constant whose bytes do not fill its shape would be read past its end by a runtime: say so. */
function checkBytes(context: FileContext, tensor: Tensor): void {
  const { constant, dtype, name, shape } = tensor;
  if (!constant || tensor.isSparse || !isStatic(shape) || dtype === 'string' || dtype === 'unknown') return;
  const needed = bytesOf(dtype, elementCount(shape) ?? 0);
  if (constant.byteLength !== needed && needed > 0) {
    context.notes.add('constants', `${name} holds ${constant.byteLength} bytes where its shape needs ${needed}.`);
  }
}

/** Null when the writer makes the same record of the tensor alone. */
function tensorParts(context: FileContext, record: TensorRecord, tensor: Tensor): TensorParts | null {
  const shape = keptShape(record, tensor.shape, statesRanks(context.model) && tensor.shape !== null);
  const kept: { -readonly [K in keyof TensorRecord]?: TensorRecord[K] } = {};
  const quantization = keptQuantization(context, record.quantization, tensor);
  if (quantization) kept.quantization = quantization;
  if (record.sparsity) kept.sparsity = record.sparsity;
  if (record.variant_tensors) kept.variant_tensors = record.variant_tensors;
  if (record.external_buffer !== 0) kept.external_buffer = record.external_buffer;
  if (record.name === null) kept.name = null;
  if (tensor.dtype === 'unknown') kept.type = record.type;
  Object.assign(kept, newerPart(context, record));
  if (shape) return { dtype: tensor.dtype, shape, record: kept };
  for (const _ in kept) return { dtype: tensor.dtype, record: kept };
  return null;
}

/** What converters write for every float tensor: one object for all. */
const emptyQuantization: QuantizationRecord = Object.freeze({
  min: null,
  max: null,
  scale: null,
  zero_point: null,
  details: null,
  quantized_dimension: 0,
});

/** Null when the writer makes the same of what it means. */
function keptQuantization(
  context: FileContext,
  record: QuantizationRecord | null,
  tensor: Tensor,
): QuantizationRecord | null {
  if (record === null) return null;
  if (context.hasNewerFields && unknownFieldsOf(record).length > 0) return record;
  if (isEmpty(record)) return emptyQuantization;
  return isCanonical(record, tensor.quantization) ? null : record;
}

function isEmpty(record: QuantizationRecord): boolean {
  const { min, max, scale, zero_point: zeroPoint, details, quantized_dimension: dimension } = record;
  return (min ?? max ?? scale ?? zeroPoint ?? details) === null && dimension === 0;
}

/** A shape and signature other than what the writer makes of the tensor's dimensions. */
function keptShape(record: TensorRecord, shape: Shape | null, rankIsStated: boolean): TensorParts['shape'] | null {
  if (shape !== null && record.shape === shape && !record.shape_signature && record.has_rank === rankIsStated)
    return null;
  const canonical = encodeShape(shape);
  const isCanonical =
    sameLists(record.shape, canonical.shape) && sameLists(record.shape_signature, canonical.shape_signature);
  const kept = { shape: record.shape, shape_signature: record.shape_signature };
  if (record.has_rank !== rankIsStated) return { ...kept, has_rank: record.has_rank };
  return isCanonical ? null : kept;
}

/** Dimensions as converters write them: a free one is 1 in the shape and -1 in the signature. */
export function encodeShape(shape: Shape | null): Pick<TensorRecord, 'shape' | 'shape_signature'> {
  const numbers = (free: number) => shape?.map((dim) => (typeof dim === 'number' ? dim : free)) ?? null;
  const isFree = shape?.some((dim) => typeof dim !== 'number') ?? false;
  return { shape: numbers(1), shape_signature: isFree ? numbers(-1) : null };
}
