import { ModelError } from '../../ir/errors';
import type { Model } from '../../ir/model';
import type { ByteSource } from '../../ports/byteSource';
import { associatedFiles } from './associatedFiles';
import { refuseCallCycles } from './callCycles';
import type { FileContext, LazyBytes } from './fileContext';
import type { KeptLists } from './keptLists';
import { keptLists } from './keptLists';
import { lazyBytes, newerPart } from './fileContext';
import { ByteWindow } from './flatbuffer/byteWindow';
import { RecordReader } from './flatbuffer/readRecord';
import { bufferAlignment } from './limits';
import { Notes } from './notes';
import { outsideRange, readBuffers } from './readBuffers';
import { readGraph } from './readGraph';
import { readMetadata, readSignatures } from './readMetadata';
import { readOperatorCodes } from './readNodes';
import { statesRanks } from './readTensors';
import type { ModelRecord } from './schema/modelTables';
import { modelHeadTable, modelTable } from './schema/modelTables';

/** The version of all files in use. */
const currentVersion = 3;

/** From here on the tables are what they are today, as far as their fields go. */
const oldestVersion = 2;

/** Less than this behind the last table is padding, or a field that is no longer in use; an empty zip is 22 bytes. */
const smallestAppendix = 100;

/** Root offset, identifier. */
const headerBytes = 8;

/** What of a model the IR has no field for; the writer puts it back. */
export interface ModelParts extends KeptLists {
  readonly record: Partial<ModelRecord>;
  /** Whether tensors state that their rank is known. */
  readonly statesRanks: boolean;
  /** Contents of the buffers in `metadata_buffer`, a list older than named metadata. */
  readonly metadataBuffers: readonly LazyBytes[];
  /** What follows the flatbuffer: an archive of associated files, or compiled code. */
  readonly trailing?: LazyBytes & { readonly start: number };
}

/**
 * A TFLite file as IR. Tables are read, weights stay in the file. Throws ModelError: `truncated` when it refers to bytes
 * it has not, `corrupt` for references that lead nowhere, `cyclic` for what cannot run, `not-a-model` for another schema.
 */
export function readTflite(source: ByteSource): Model {
  if (source.size < headerBytes) {
    throw new ModelError(
      'truncated',
      `${source.name} ends early: it holds ${source.size} bytes, too few for a header.`,
    );
  }
  const window = new ByteWindow(source);
  const head = new RecordReader(window).read(modelHeadTable, window.uint32(0));
  if (head.version < oldestVersion || head.version > currentVersion) {
    throw new ModelError(
      'not-a-model',
      `${source.name} has TFLite schema version ${head.version}; version 3 is in use.`,
    );
  }
  const { reader, record, buffers } = readTables(source, window);
  const context: FileContext = {
    source,
    window: reader.window,
    model: record,
    buffers,
    notes: new Notes(),
    hasNewerFields: reader.unknownFields.size > 0,
  };
  return buildModel(context, reader);
}

/** Fields that are newer than the tables are rare: only a file that has some is read again for what they hold. */
function readTables(source: ByteSource, window: ByteWindow) {
  const first = tablesBy(new RecordReader(window));
  if (first.reader.unknownFields.size === 0) return first;
  const second = tablesBy(new RecordReader(new ByteWindow(source), true));
  second.reader.resolveUnknown();
  return second;
}

function tablesBy(reader: RecordReader) {
  const record = reader.read(modelTable, reader.follow(0));
  const buffers = readBuffers(reader, record.buffers ?? []);
  for (const graph of record.subgraphs ?? []) {
    for (const operator of graph.operators ?? []) {
      outsideRange(reader, operator.large_custom_options_offset, operator.large_custom_options_size);
    }
  }
  return { reader, record, buffers };
}

function buildModel(context: FileContext, reader: RecordReader): Model {
  const { model, notes, source, window } = context;
  const codes = readOperatorCodes(context);
  const graphs = (model.subgraphs ?? []).map((graph) => readGraph(context, codes, graph));
  if (model.version !== currentVersion) {
    notes.add('version', `The file states schema version ${model.version}; runtimes accept only ${currentVersion}.`);
  }
  if (graphs.length === 0) throw window.corrupt('it holds no subgraph');
  refuseCallCycles(source.name, graphs);
  for (const [table, count] of reader.unknownFields) {
    notes.add('newer fields', `${count} fields of ${table} are newer than this reader; they are kept as they are.`);
  }
  const parts = modelParts(context, reader);
  if (parts.trailing) notes.add('appended', appendedNote(source, parts.trailing));
  const description = model.description ?? '';
  return {
    format: 'tflite',
    graphs,
    signatures: readSignatures(context),
    metadata: parts.trailing ? [...readMetadata(context), ...associatedFiles(source)] : readMetadata(context),
    formatVersion: `TensorFlow Lite, schema ${model.version}`,
    opsets: {},
    producer: producerOf(description),
    description,
    fileBytes: source.size,
    notes: notes.list(),
    fileParts: { ...parts },
  };
}

function modelParts(context: FileContext, reader: RecordReader): ModelParts {
  const { buffers, model, source } = context;
  const trailing = trailingBytes(source, reader.end);
  return {
    record: {
      version: model.version,
      ...(model.description === '' ? { description: '' } : {}),
      ...newerPart(context, model),
      ...(model.external_buffer_groups ? { external_buffer_groups: model.external_buffer_groups } : {}),
      ...(model.external_buffers ? { external_buffers: model.external_buffers } : {}),
    },
    statesRanks: statesRanks(model),
    ...keptLists(context),
    metadataBuffers: (model.metadata_buffer ?? []).flatMap((index) => {
      const range = buffers[index];
      return range ? [lazyBytes(source, range)] : [];
    }),
    ...(trailing ? { trailing } : {}),
  };
}

/** Bytes after the last that a table refers to; null when they are too few to mean anything. */
function trailingBytes(source: ByteSource, end: number): ModelParts['trailing'] | null {
  const words = Math.ceil(end / 4) * 4;
  const aligned = Math.ceil(end / bufferAlignment) * bufferAlignment;
  if (source.size - words < smallestAppendix) return null;
  const isPadded = source.read(words, aligned - words).every((byte) => byte === 0);
  const start = isPadded ? aligned : words;
  return { ...lazyBytes(source, { position: start, length: source.size - start }), start };
}

function appendedNote(source: ByteSource, trailing: LazyBytes): string {
  const [first, second] = source.read(source.size - trailing.byteLength, Math.min(2, trailing.byteLength));
  const isZip = first === 0x50 && second === 0x4b;
  return `${trailing.byteLength} bytes follow the model${isZip ? ': an archive of associated files' : ''}.`;
}

function producerOf(description: string): string {
  if (description.startsWith('MLIR')) return 'TensorFlow Lite converter';
  return description.startsWith('TOCO') ? 'TOCO' : '';
}
