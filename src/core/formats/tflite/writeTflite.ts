import type { Graph } from '../../ir/graph';
import type { Model, Signature } from '../../ir/model';
import type { AnyRecord } from './flatbuffer/fields';
import type { DeferredBytes } from './flatbuffer/writeRecord';
import { RecordWriter } from './flatbuffer/writeRecord';
import { maxFlatbufferBytes } from './limits';
import type { ModelParts } from './readTflite';
import type { SignatureRecord, SubGraphRecord } from './schema/modelTables';
import { modelTable } from './schema/modelTables';
import { OperatorCodes, operatorRecord, refuseForeignNodes } from './writeNodes';
import { Buffers, tensorRecord } from './writeTensors';

/** Alignment of constants in the file: kernels and DMA engines read them in place. */
const bufferAlignment = 16;

/** Left to the tables when deciding whether the constants fit into the flatbuffer as well. */
const roomForTables = 64 * 1024 * 1024;

/** What `writeTflite` may be told; for tests. */
export interface WriteOptions {
  /** Above this many bytes constants stand beside the flatbuffer, addressed with 64 bits. */
  readonly maxInsideBytes?: number;
}

/**
 * The model as a TFLite file, schema 3. Nodes are written from `source` (operator, version, attributes named as the
 * schema's fields), tensors and constants from the IR; constants are read one at a time. Throws ModelError
 * `unsupported-operator` (with the list) or `unsupported-dtype` for what TFLite cannot say, and what reading throws.
 */
export function writeTflite(model: Model, options: WriteOptions = {}): Uint8Array {
  refuseForeignNodes(model.graphs);
  const parts = (model.fileParts ?? {}) as Partial<ModelParts>;
  const buffers = new Buffers(parts.bufferFields);
  const record = modelRecord(model, parts, buffers);
  const total = buffers.contents.reduce((sum, bytes) => sum + (bytes?.byteLength ?? 0), 0);
  const inside = total <= (options.maxInsideBytes ?? maxFlatbufferBytes - roomForTables);
  const file = inside ? writeInside(record, buffers) : writeBeside(record, buffers);
  return parts.trailing ? concatenate(file, parts.trailing) : file;
}

function modelRecord(model: Model, parts: Partial<ModelParts>, buffers: Buffers): AnyRecord {
  const codes = new OperatorCodes(model, parts);
  const isRankUnknown = model.graphs.some(({ tensors }) => tensors.some((tensor) => tensor.shape === null));
  const statesRanks = isRankUnknown || (parts.statesRanks ?? true);
  const subgraphs = model.graphs.map((graph) => graphRecord(graph, codes, buffers, statesRanks));
  const metadata = metadataRecords(model, parts, buffers);
  for (const { bytes, fields } of parts.unusedBuffers ?? []) buffers.fields.set(buffers.add(bytes), fields);
  return {
    version: 3,
    ...parts.record,
    operator_codes: codes.records,
    subgraphs,
    description: model.description || (parts.record?.description ?? null),
    metadata_buffer: parts.metadataBuffers?.length ? parts.metadataBuffers.map((bytes) => buffers.add(bytes)) : null,
    metadata,
    signature_defs:
      model.signatures.length > 0 || parts.signatures
        ? model.signatures.map((signature, index) => signatureRecord(signature, parts.signatures?.[index]))
        : null,
  };
}

function graphRecord(graph: Graph, codes: OperatorCodes, buffers: Buffers, statesRanks: boolean): AnyRecord {
  const kept = (graph.fileParts?.record ?? {}) as Partial<SubGraphRecord>;
  const list = (name: 'tensors' | 'inputs' | 'outputs' | 'operators', values: readonly unknown[]) =>
    values.length === 0 && kept[name] === null ? null : values;
  return {
    ...kept,
    tensors: list(
      'tensors',
      graph.tensors.map((tensor) => tensorRecord(tensor, buffers, statesRanks)),
    ),
    inputs: list('inputs', graph.inputs),
    outputs: list('outputs', graph.outputs),
    operators: list(
      'operators',
      graph.nodes.map((node) => operatorRecord(node, codes)),
    ),
    name: graph.name || (kept.name ?? null),
  };
}

function metadataRecords(model: Model, parts: Partial<ModelParts>, buffers: Buffers): readonly AnyRecord[] | null {
  const own = model.metadata.filter((entry) => !entry.isAttached);
  if (own.length === 0) return parts.metadataFields ? [] : null;
  return own.map((entry, index) => {
    const bytes = entry.read?.() ?? new TextEncoder().encode(entry.text ?? '');
    const kept = parts.metadataFields?.[index];
    const fields = kept?.name === entry.name ? kept : {};
    return { ...fields, name: entry.name, buffer: buffers.add({ byteLength: bytes.byteLength, read: () => bytes }) };
  });
}

/** The file's own record while it says the same; else a new one. */
function signatureRecord(signature: Signature, kept: SignatureRecord | undefined): AnyRecord {
  const maps = (ports: Readonly<Record<string, number>>) =>
    Object.entries(ports).map(([name, index]) => ({ name, tensor_index: index }));
  const saysTheSame =
    kept?.signature_key === signature.key &&
    kept.subgraph_index === signature.graph &&
    samePorts(kept.inputs, signature.inputs) &&
    samePorts(kept.outputs, signature.outputs);
  if (saysTheSame) return kept;
  return {
    inputs: maps(signature.inputs),
    outputs: maps(signature.outputs),
    signature_key: signature.key || null,
    subgraph_index: signature.graph,
  };
}

function samePorts(maps: SignatureRecord['inputs'], ports: Readonly<Record<string, number>>): boolean {
  const names = new Set((maps ?? []).map(({ name }) => name ?? ''));
  const isSame = (maps ?? []).every(({ name, tensor_index: index }) => ports[name ?? ''] === index);
  return isSame && names.size === Object.keys(ports).length;
}

/** Constants inside the flatbuffer, as every runtime for microcontrollers needs them. */
function writeInside(record: AnyRecord, { contents, fields }: Buffers): Uint8Array {
  return startFile({ ...record, buffers: contents.map((data, index) => ({ ...fields.get(index), data })) }).finish();
}

/** Constants after the flatbuffer, by offset and size: the only way above 2 GiB. */
function writeBeside(record: AnyRecord, { contents, fields }: Buffers): Uint8Array {
  const withOffsets = (offsetOf: (index: number) => number) =>
    startFile({
      ...record,
      buffers: contents.map((bytes, i) =>
        isOutside(bytes)
          ? { ...fields.get(i), offset: offsetOf(i), size: bytes.byteLength }
          : { ...fields.get(i), data: bytes },
      ),
    }).finish();
  const placeholder = 2 ** 40;
  let end = withOffsets(() => placeholder).length;
  const offsets = contents.map((bytes) => {
    const start = Math.ceil(end / bufferAlignment) * bufferAlignment;
    if (isOutside(bytes)) end = start + bytes.byteLength;
    return start;
  });
  const file = new Uint8Array(end);
  file.set(withOffsets((index) => offsets[index]!));
  for (const [i, bytes] of contents.entries()) if (isOutside(bytes)) file.set(bytes.read(), offsets[i]);
  return file;
}

/** A size of 0 means no bytes outside: an empty constant stays inside. */
function isOutside(bytes: DeferredBytes | null): bytes is DeferredBytes {
  return bytes !== null && bytes.byteLength > 0;
}

function startFile(record: AnyRecord): RecordWriter {
  const writer = new RecordWriter();
  const root = writer.sink.reserve(4);
  writer.sink.append(new TextEncoder().encode('TFL3'));
  writer.point(root, writer.write(modelTable, record));
  return writer;
}

function concatenate(file: Uint8Array, trailing: DeferredBytes): Uint8Array {
  const start = Math.ceil(file.length / 4) * 4;
  const joined = new Uint8Array(start + trailing.byteLength);
  joined.set(file);
  joined.set(trailing.read(), start);
  return joined;
}
