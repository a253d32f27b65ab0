import type { ModelMetadata } from '../../ir/model';
import { ModelError } from '../../ir/errors';
import { MODEL, OPSET } from './onnxFields';
import type { Parse } from './parse';
import { parseEntry } from './parse';
import type { FunctionRecord, GraphRecord } from './parseGraph';
import { parseFunction, parseGraph } from './parseGraph';
import type { ProtoCursor } from './protobuf/protoCursor';
import { ProtoRange } from './protoRange';

/** Metadata values longer than this are kept in the file but not shown as text. */
const MAX_METADATA_TEXT = 4096;

/** A ModelProto. */
export interface ModelRecord {
  readonly irVersion: number;
  readonly opsets: Readonly<Record<string, number>>;
  readonly producerName: string;
  readonly producerVersion: string;
  readonly docString: string;
  readonly graph: GraphRecord;
  readonly functions: readonly FunctionRecord[];
  readonly metadata: readonly ModelMetadata[];
  readonly trainingInfos: number;
  readonly range: ProtoRange;
}

const KNOWN_FIELDS: ReadonlySet<number> = new Set(Object.values(MODEL));

const TEXTS = {
  [MODEL.producerName]: 'producerName',
  [MODEL.producerVersion]: 'producerVersion',
  [MODEL.docString]: 'docString',
} as const;

/** Reads a file's ModelProto down to every node. Throws ModelError `not-a-model` when it has no graph. */
export function parseModel(parse: Parse): ModelRecord {
  const { source } = parse;
  const range = new ProtoRange('ModelProto', source, 0, source.size, 0);
  const cursor = range.cursor(parse.window);
  const text = { producerName: '', producerVersion: '', docString: '' };
  const opsets: (readonly [string, number])[] = [];
  const functions: ProtoRange[] = [];
  const metadata: ModelMetadata[] = [];
  const graphs: ProtoRange[] = [];
  let irVersion = 0;
  let trainingInfos = 0;
  while (cursor.next()) {
    switch (cursor.field) {
      case MODEL.irVersion:
        irVersion = cursor.number();
        break;
      case MODEL.producerName:
      case MODEL.producerVersion:
      case MODEL.docString:
        text[TEXTS[cursor.field]] = cursor.text();
        break;
      case MODEL.graph:
        graphs.push(ProtoRange.ofField('GraphProto', cursor));
        break;
      case MODEL.opsetImport: {
        const { domain, version } = parseOpset(cursor.message());
        opsets.push([domain, version]);
        break;
      }
      case MODEL.metadataProps:
        metadata.push(metadataOf(cursor));
        break;
      case MODEL.functions:
        functions.push(ProtoRange.ofField('FunctionProto', cursor));
        break;
      case MODEL.trainingInfo:
        trainingInfos++;
        break;
      default:
        countUnknown(parse, cursor.field);
    }
  }
  return {
    ...text,
    irVersion,
    opsets: Object.fromEntries(opsets),
    graph: parseGraph(parse, onlyGraph(source.name, graphs)),
    functions: functions.map((each) => parseFunction(parse, each, parseOpset)),
    metadata,
    trainingInfos,
    range,
  };
}

function onlyGraph(fileName: string, graphs: readonly ProtoRange[]): ProtoRange {
  const [graph, second] = graphs;
  if (!graph) throw new ModelError('not-a-model', `${fileName} is not an ONNX model: it holds no graph.`);
  if (second) throw new ModelError('corrupt', `${fileName} is damaged: it holds two main graphs.`);
  return graph;
}

function countUnknown(parse: Parse, field: number): void {
  if (!KNOWN_FIELDS.has(field)) parse.unknownFields++;
}

/** Reads an OperatorSetIdProto; `ai.onnx` is the default domain's other name. */
export function parseOpset(cursor: ProtoCursor): { readonly domain: string; readonly version: number } {
  let domain = '';
  let version = 0;
  while (cursor.next()) {
    if (cursor.field === OPSET.domain) domain = cursor.text();
    else if (cursor.field === OPSET.version) version = cursor.number();
  }
  return { domain: domain === 'ai.onnx' ? '' : domain, version };
}

function metadataOf(field: ProtoCursor): ModelMetadata {
  const byteLength = field.length;
  const { key, value } = parseEntry(field.message());
  return { name: key, byteLength, text: value.length <= MAX_METADATA_TEXT ? value : null };
}
