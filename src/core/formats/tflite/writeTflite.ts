import type { Graph } from '../../ir/graph';
import type { Model, Signature } from '../../ir/model';
import type { AnyRecord } from './flatbuffer/fields';
import type { DeferredBytes } from './flatbuffer/writeRecord';
import { RecordWriter } from './flatbuffer/writeRecord';
import { bufferAlignment, maxFlatbufferBytes, maxShownOptionBytes } from './limits';
import type { ModelParts } from './readTflite';
import type { SignatureRecord, SubGraphRecord } from './schema/modelTables';
import { modelTable } from './schema/modelTables';
import { CompiledCode, OperatorCodes, operatorRecord, refuseForeignNodes } from './writeNodes';
import { Buffers, tensorRecord } from './writeTensors';

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
  const code = new CompiledCode(parts.trailing);
  const record = modelRecord(model, parts, { buffers, code, codes: new OperatorCodes(model, parts) });
  const total = buffers.contents.reduce((sum, bytes) => sum + (bytes?.byteLength ?? 0), 0);
  const inside = total <= (options.maxInsideBytes ?? maxFlatbufferBytes - roomForTables);
  const file = inside ? writeInside(record, buffers, code) : writeBeside(record, buffers, code);
  return parts.trailing ? concatenate(file, parts.trailing, code.start) : file;
}

/** What all graphs of a file share. */
interface Shared {
  readonly buffers: Buffers;
  readonly codes: OperatorCodes;
  readonly code: CompiledCode;
}

function modelRecord(model: Model, parts: Partial<ModelParts>, shared: Shared): AnyRecord {
  const { buffers, codes } = shared;
  const isRankUnknown = model.graphs.some(({ tensors }) => tensors.some((tensor) => tensor.shape === null));
  const statesRanks = isRankUnknown || (parts.statesRanks ?? true);
  const subgraphs = model.graphs.map((graph) => graphRecord(graph, shared, statesRanks));
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

function graphRecord(graph: Graph, { buffers, code, codes }: Shared, statesRanks: boolean): AnyRecord {
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
      graph.nodes.map((node) => operatorRecord(node, codes, code)),
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
function writeInside(record: AnyRecord, { contents, fields }: Buffers, code: CompiledCode): Uint8Array {
  const buffers = contents.map((data, index) => ({ ...fields.get(index), data }));
  return startFile({ ...record, buffers }).finish((length) => code.place(length));
}

/** Bytes that stand beside the flatbuffer. */
interface Piece {
  readonly bytes: DeferredBytes;
  /** Above 0 from the start, so that the field is written whatever it will be. */
  offset: number;
}

/** Constants and long options after the flatbuffer, by offset and size: the only way above 2 GiB. */
function writeBeside(record: AnyRecord, { contents, fields }: Buffers, code: CompiledCode): Uint8Array {
  const pieces: Piece[] = [];
  const pieceOf = (bytes: DeferredBytes | null): Piece | null => {
    const piece = isOutside(bytes) ? { bytes, offset: 2 ** 40 } : null;
    if (piece) pieces.push(piece);
    return piece;
  };
  const bufferPieces = contents.map(pieceOf);
  const optionPieces = new Map<AnyRecord, Piece>();
  for (const operator of operatorsOf(record)) {
    const options = operator.custom_options as DeferredBytes | null;
    const piece = options && options.byteLength > maxShownOptionBytes ? pieceOf(options) : null;
    if (piece) optionPieces.set(operator, piece);
  }
  const tables = (): Uint8Array =>
    startFile({
      ...record,
      subgraphs: withOptionsBeside(record, optionPieces),
      buffers: contents.map((data, i) => {
        const piece = bufferPieces[i];
        return { ...fields.get(i), ...(piece ? { offset: piece.offset, size: piece.bytes.byteLength } : { data }) };
      }),
    }).finish();
  let end = tables().length;
  for (const piece of pieces) {
    piece.offset = Math.ceil(end / bufferAlignment) * bufferAlignment;
    end = piece.offset + piece.bytes.byteLength;
  }
  const file = new Uint8Array(end);
  code.place(end);
  file.set(tables());
  for (const { bytes, offset } of pieces) file.set(bytes.read(), offset);
  return file;
}

function operatorsOf(record: AnyRecord): readonly AnyRecord[] {
  const subgraphs = record.subgraphs as readonly AnyRecord[];
  return subgraphs.flatMap((graph) => (graph.operators ?? []) as readonly AnyRecord[]);
}

function withOptionsBeside(record: AnyRecord, pieces: ReadonlyMap<AnyRecord, Piece>): readonly AnyRecord[] {
  const beside = (operator: AnyRecord): AnyRecord => {
    const piece = pieces.get(operator);
    const { offset = 0, bytes } = piece ?? {};
    return bytes
      ? {
          ...operator,
          custom_options: null,
          large_custom_options_offset: offset,
          large_custom_options_size: bytes.byteLength,
        }
      : operator;
  };
  return (record.subgraphs as readonly AnyRecord[]).map((graph) => ({
    ...graph,
    operators: (graph.operators as readonly AnyRecord[] | null)?.map(beside) ?? null,
  }));
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

function concatenate(file: Uint8Array, trailing: DeferredBytes, start: number): Uint8Array {
  const joined = new Uint8Array(start + trailing.byteLength);
  joined.set(file);
  joined.set(trailing.read(), start);
  return joined;
}
