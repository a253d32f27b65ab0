import type { ModelMetadata } from '../../ir/model';
import { ModelError } from '../../ir/errors';
import { MODEL, OPSET } from './onnxFields';
import type { Parse } from './parse';
import { parseEntry } from './parse';
import type { FunctionRecord, GraphRecord } from './parseGraph';
import { parseFunction, parseGraph } from './parseGraph';
import { ProtoCursor } from './protobuf/protoCursor';
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

/** Reads a file's ModelProto down to every node. Throws ModelError `not-a-model` when it has no graph. */
export function parseModel(parse: Parse): ModelRecord {
  const { source } = parse;
  const range = new ProtoRange('ModelProto', source, 0, source.size, 0);
  const cursor = range.cursor(parse.window);
  const text = { producerName: '', producerVersion: '', docString: '' };
  const opsets: (readonly [string, number])[] = [];
  const functions: ProtoRange[] = [];
  const metadata: ModelMetadata[] = [];
  let graph: ProtoRange | null = null;
  let irVersion = 0;
  let trainingInfos = 0;
  while (cursor.next()) {
    switch (cursor.field) {
      case MODEL.irVersion:
        irVersion = cursor.number();
        break;
      case MODEL.producerName:
        text.producerName = cursor.text();
        break;
      case MODEL.producerVersion:
        text.producerVersion = cursor.text();
        break;
      case MODEL.docString:
        text.docString = cursor.text();
        break;
      case MODEL.graph:
        if (graph) throw new ModelError('corrupt', `${source.name} is damaged: it holds two main graphs.`);
        graph = ProtoRange.ofField('GraphProto', cursor);
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
        if (!KNOWN_FIELDS.has(cursor.field)) parse.unknownFields++;
    }
  }
  if (!graph) throw new ModelError('not-a-model', `${source.name} is not an ONNX model: it holds no graph.`);
  return {
    ...text,
    irVersion,
    opsets: Object.fromEntries(opsets),
    graph: parseGraph(parse, graph),
    functions: functions.map((each) => parseFunction(parse, each, parseOpset)),
    metadata,
    trainingInfos,
    range,
  };
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
