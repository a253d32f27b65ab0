import { FUNCTION, GRAPH, NODE } from './onnxFields';
import type { Parse } from './parse';
import type { AttributeRecord } from './parseAttribute';
import { parseAttribute } from './parseAttribute';
import type { SparseRecord, TensorRecord } from './parseTensor';
import { parseSparse, parseTensor } from './parseTensor';
import type { ValueRecord } from './parseType';
import { parseValueInfo } from './parseType';
import type { ProtoCursor } from './protobuf/protoCursor';
import { ProtoRange } from './protoRange';

/** A NodeProto. */
export interface NodeRecord {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  readonly overload: string;
  readonly attributes: readonly AttributeRecord[];
  readonly range: ProtoRange;
  /** Position in the file. */
  readonly index: number;
}

/** A GraphProto, or a FunctionProto in the same terms: its inputs and outputs have names only. */
export interface GraphRecord {
  readonly name: string;
  readonly nodes: readonly NodeRecord[];
  readonly initializers: readonly TensorRecord[];
  readonly sparseInitializers: readonly SparseRecord[];
  readonly inputs: readonly ValueRecord[];
  readonly outputs: readonly ValueRecord[];
  readonly values: readonly ValueRecord[];
  readonly range: ProtoRange;
}

const KNOWN_GRAPH_FIELDS: ReadonlySet<number> = new Set(Object.values(GRAPH));
const KNOWN_NODE_FIELDS: ReadonlySet<number> = new Set(Object.values(NODE));
const KNOWN_FUNCTION_FIELDS: ReadonlySet<number> = new Set(Object.values(FUNCTION));

/** Reads one graph; the bodies inside its nodes stay ranges. */
export function parseGraph(parse: Parse, range: ProtoRange): GraphRecord {
  const cursor = range.cursor(parse.window);
  const nodes: NodeRecord[] = [];
  const initializers: TensorRecord[] = [];
  const sparseInitializers: SparseRecord[] = [];
  const inputs: ValueRecord[] = [];
  const outputs: ValueRecord[] = [];
  const values: ValueRecord[] = [];
  let name = '';
  while (cursor.next()) {
    switch (cursor.field) {
      case GRAPH.node:
        nodes.push(readNode(parse, cursor.message(), ProtoRange.ofField('NodeProto', cursor), nodes.length));
        break;
      case GRAPH.name:
        name = cursor.text();
        break;
      case GRAPH.initializer:
        initializers.push(parseTensor(parse, cursor));
        break;
      case GRAPH.sparseInitializer:
        sparseInitializers.push(parseSparse(parse, cursor));
        break;
      case GRAPH.input:
        inputs.push(parseValueInfo(parse, cursor.message()));
        break;
      case GRAPH.output:
        outputs.push(parseValueInfo(parse, cursor.message()));
        break;
      case GRAPH.valueInfo:
        values.push(parseValueInfo(parse, cursor.message()));
        break;
      default:
        if (!KNOWN_GRAPH_FIELDS.has(cursor.field)) parse.unknownFields++;
    }
  }
  return { name, nodes, initializers, sparseInitializers, inputs, outputs, values, range };
}

/** A function of the model: a graph with names, and the opsets its nodes speak of. */
export interface FunctionRecord {
  readonly graph: GraphRecord;
  readonly domain: string;
  readonly name: string;
  readonly overload: string;
  /** Where its OperatorSetIdProtos lie. */
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
}

export function parseFunction(
  parse: Parse,
  range: ProtoRange,
  parseOpset: (cursor: ProtoCursor) => { readonly domain: string; readonly version: number },
): FunctionRecord {
  const cursor = range.cursor(parse.window);
  const text = { name: '', domain: '', overload: '' };
  const nodes: NodeRecord[] = [];
  const inputs: ValueRecord[] = [];
  const outputs: ValueRecord[] = [];
  const values: ValueRecord[] = [];
  const opsets: { domain: string; version: number }[] = [];
  const named = (): ValueRecord => ({
    name: cursor.text(),
    type: { dtype: 'unknown', shape: null, isTensor: true, text: 'any type' },
  });
  while (cursor.next()) {
    switch (cursor.field) {
      case FUNCTION.name:
        text.name = cursor.text();
        break;
      case FUNCTION.domain:
        text.domain = cursor.text();
        break;
      case FUNCTION.overload:
        text.overload = cursor.text();
        break;
      case FUNCTION.input:
        inputs.push(named());
        break;
      case FUNCTION.output:
        outputs.push(named());
        break;
      case FUNCTION.node:
        nodes.push(readNode(parse, cursor.message(), ProtoRange.ofField('NodeProto', cursor), nodes.length));
        break;
      case FUNCTION.valueInfo:
        values.push(parseValueInfo(parse, cursor.message()));
        break;
      case FUNCTION.opsetImport:
        opsets.push(parseOpset(cursor.message()));
        break;
      default:
        if (!KNOWN_FUNCTION_FIELDS.has(cursor.field)) parse.unknownFields++;
    }
  }
  const name = [text.domain, text.name].filter((part) => part !== '').join('.');
  const graph = { name, nodes, initializers: [], sparseInitializers: [], inputs, outputs, values, range };
  return { ...text, graph, opsets };
}

/** A node's names are gathered here and copied at their right count: a list that grows takes room for seventeen. */
const inputNames: string[] = [];
const outputNames: string[] = [];

const NO_ATTRIBUTES: readonly AttributeRecord[] = [];

export function parseNode(parse: Parse, range: ProtoRange, index: number): NodeRecord {
  return readNode(parse, range.cursor(parse.window), range, index);
}

function readNode(parse: Parse, cursor: ProtoCursor, range: ProtoRange, index: number): NodeRecord {
  let inputs = 0;
  let outputs = 0;
  let attributes: AttributeRecord[] | null = null;
  let name = '';
  let op = '';
  let domain = '';
  let overload = '';
  while (cursor.next()) {
    switch (cursor.field) {
      case NODE.input:
        inputNames[inputs++] = cursor.text();
        break;
      case NODE.output:
        outputNames[outputs++] = cursor.text();
        break;
      case NODE.name:
        name = cursor.text();
        break;
      case NODE.opType:
        op = cursor.text();
        break;
      case NODE.domain:
        domain = cursor.text();
        break;
      case NODE.overload:
        overload = cursor.text();
        break;
      case NODE.attribute:
        (attributes ??= []).push(parseAttribute(parse, cursor.message()));
        break;
      default:
        if (!KNOWN_NODE_FIELDS.has(cursor.field)) parse.unknownFields++;
    }
  }
  return {
    name,
    op,
    domain,
    overload,
    inputs: inputNames.slice(0, inputs),
    outputs: outputNames.slice(0, outputs),
    attributes: attributes ?? NO_ATTRIBUTES,
    range,
    index,
  };
}
