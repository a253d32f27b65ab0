import type { RecordOf } from '../flatbuffer/fields';
import {
  bool,
  bools,
  byte,
  bytes,
  enumeration,
  int,
  ints,
  many,
  one,
  packedFloats,
  packedLongs,
  range,
  reserved,
  table,
  text,
  uint,
  ulong,
  union,
  ushorts,
} from '../flatbuffer/fields';
import { customOptionsFormats, dimensionTypes, tensorTypes } from './enums';
import { optionTables } from './optionTables';
import { optionTables2 } from './optionTables2';

/** The tables a model is made of. Facts from schema.fbs of LiteRT, schema version 3c. */

const quantizationDetails = [
  table('CustomQuantization', { custom: bytes(16) }),
  table('BlockwiseQuantization', { scales: int(), zero_points: int(), block_size: int() }),
  table('MultiAxisQuantization', {
    scales: int(),
    zero_points: int(),
    block_size: int(),
    quantized_dimensions: ints(),
  }),
];

export const quantizationTable = table('QuantizationParameters', {
  min: packedFloats(),
  max: packedFloats(),
  scale: packedFloats(),
  zero_point: packedLongs(),
  details: union(quantizationDetails),
  quantized_dimension: int(),
});

const sparseIndexVectors = [
  table('Int32Vector', { values: ints() }),
  table('Uint16Vector', { values: ushorts() }),
  table('Uint8Vector', { values: bytes(4) }),
];

const dimensionMetadataTable = table('DimensionMetadata', {
  format: enumeration('byte', dimensionTypes),
  dense_size: int(),
  array_segments: union(sparseIndexVectors),
  array_indices: union(sparseIndexVectors),
});

const sparsityTable = table('SparsityParameters', {
  traversal_order: ints(),
  block_map: ints(),
  dim_metadata: many(dimensionMetadataTable),
});

const variantSubTypeTable = table('VariantSubType', {
  shape: ints(),
  type: enumeration('byte', tensorTypes),
  has_rank: bool(),
});

export const tensorTable = table('Tensor', {
  shape: ints(),
  type: enumeration('byte', tensorTypes),
  buffer: uint(),
  name: text(),
  quantization: one(quantizationTable),
  is_variable: bool(),
  sparsity: one(sparsityTable),
  shape_signature: ints(),
  has_rank: bool(),
  variant_tensors: many(variantSubTypeTable),
  external_buffer: uint(),
});

export const operatorCodeTable = table('OperatorCode', {
  deprecated_builtin_code: byte(),
  custom_code: text(),
  version: int(1),
  builtin_code: int(),
});

export const operatorTable = table('Operator', {
  opcode_index: uint(),
  inputs: ints(),
  outputs: ints(),
  builtin_options: union(optionTables),
  custom_options: range(1),
  custom_options_format: enumeration('byte', customOptionsFormats),
  mutating_variable_inputs: bools(),
  intermediates: ints(),
  large_custom_options_offset: ulong(),
  large_custom_options_size: ulong(),
  builtin_options_2: union(optionTables2),
  debug_metadata_index: int(-1),
});

export const subGraphTable = table('SubGraph', {
  tensors: many(tensorTable),
  inputs: ints(),
  outputs: ints(),
  operators: many(operatorTable),
  name: text(),
  debug_metadata_index: int(-1),
});

export const bufferTable = table('Buffer', { data: range(16), offset: ulong(), size: ulong() });

const metadataTable = table('Metadata', { name: text(), buffer: uint() });

const tensorMapTable = table('TensorMap', { name: text(), tensor_index: uint() });

const signatureTable = table('SignatureDef', {
  inputs: many(tensorMapTable),
  outputs: many(tensorMapTable),
  signature_key: text(),
  deprecated_tag: reserved(),
  subgraph_index: uint(),
});

const externalBufferGroupTable = table('ExternalBufferGroup', { name: text() });

const externalBufferTable = table('ExternalBuffer', {
  id: uint(),
  group: uint(),
  offset: ulong(),
  length: ulong(),
  packing: text(),
});

export const modelTable = table('Model', {
  version: uint(),
  operator_codes: many(operatorCodeTable),
  subgraphs: many(subGraphTable),
  description: text(),
  buffers: many(bufferTable),
  metadata_buffer: ints(),
  metadata: many(metadataTable),
  signature_defs: many(signatureTable),
  external_buffer_groups: many(externalBufferGroupTable),
  external_buffers: many(externalBufferTable),
});

/** Read before everything else: the version decides whether the rest means what we think. */
export const modelHeadTable = table('Model', { version: uint() });

export type OperatorCodeRecord = RecordOf<typeof operatorCodeTable>;
export type SignatureRecord = RecordOf<typeof signatureTable>;
export type QuantizationRecord = RecordOf<typeof quantizationTable>;
export type TensorRecord = RecordOf<typeof tensorTable>;
export type OperatorRecord = RecordOf<typeof operatorTable>;
export type SubGraphRecord = RecordOf<typeof subGraphTable>;
export type BufferRecord = RecordOf<typeof bufferTable>;
export type ModelRecord = RecordOf<typeof modelTable>;
