import type { AttributeValue } from '../../../ir/attributes';
import { ModelError } from '../../../ir/errors';
import type { Node } from '../../../ir/graph';
import { encodeNode } from '../onnxBuilder';
import { ATTRIBUTE, ATTRIBUTE_TYPE, NODE } from '../onnxFields';
import { Parse } from '../parse';
import { parseAttribute } from '../parseAttribute';
import { ProtoWriter } from '../protobuf/protoWriter';
import type { ProtoRange } from '../protoRange';
import { copyField, cursorOf, rangeOf, rewritten } from './fields';
import type { PlainNode } from './insertQdq';

/** Attributes of ai.onnx that are FLOAT: in the IR a whole number does not say whether it is one. */
const FLOAT_ATTRIBUTES: ReadonlySet<string> = new Set([
  'alpha',
  'beta',
  'bias',
  'clip',
  'cubic_coeff_a',
  'epsilon',
  'extrapolation_value',
  'gamma',
  'high',
  'lambd',
  'low',
  'max',
  'mean',
  'min',
  'momentum',
  'ratio',
  'scale',
  'softcap',
  'spatial_scale',
  'value_float',
]);

const FLOAT_LIST_ATTRIBUTES: ReadonlySet<string> = new Set([
  'activation_alpha',
  'activation_beta',
  'scales',
  'value_floats',
]);

/** Encodes the graph with this index as a GraphProto. */
export type EncodeBody = (graph: number) => ProtoWriter;

/** A NodeProto; everything the IR does not model is taken from the file's own. */
export function encodePlainNode(plain: PlainNode, encodeBody: EncodeBody): ProtoWriter {
  const { made, inputs, outputs } = plain;
  if (!('node' in made)) {
    const attributes = made.axis === null ? {} : { ints: { axis: made.axis } };
    return encodeNode(made.op, inputs, outputs, attributes, made.domain, '');
  }
  const { source } = made.node;
  const node = new ProtoWriter();
  const range = rangeOf(source.raw, 'NodeProto');
  const stored = storedWords(range);
  for (const input of inputs) node.text(NODE.input, input);
  for (const output of withUnused(outputs, stored)) node.text(NODE.output, output);
  if (source.name !== '' || stored.name !== null) node.text(NODE.name, source.name);
  node.text(NODE.opType, source.op);
  const written = range ? copyNode(node, made.node, range, encodeBody) : new Set<string>();
  for (const [name, value] of Object.entries(source.attributes)) {
    if (!written.has(name)) node.message(NODE.attribute, encodeAttribute(name, value, null, source.op, encodeBody));
  }
  if (source.domain !== '' || stored.domain !== null) node.text(NODE.domain, source.domain);
  return node;
}

/** The outputs, and those without a name behind them. */
function withUnused(outputs: readonly string[], stored: StoredWords): readonly string[] {
  return [...outputs, ...stored.outputs.slice(outputs.length).filter((name) => name === '')];
}

/** The words of a NodeProto that may be left out, or be there and empty. */
interface StoredWords {
  readonly name: string | null;
  readonly domain: string | null;
  readonly outputs: readonly string[];
}

function storedWords(range: ProtoRange | null): StoredWords {
  let name: string | null = null;
  let domain: string | null = null;
  const outputs: string[] = [];
  if (!range) return { name, domain, outputs };
  for (const cursor = cursorOf(range); cursor.next();) {
    if (cursor.field === NODE.name) name = cursor.text();
    else if (cursor.field === NODE.domain) domain = cursor.text();
    else if (cursor.field === NODE.output) outputs.push(cursor.text());
  }
  return { name, domain, outputs };
}

const REWRITTEN: ReadonlySet<number> = new Set([NODE.input, NODE.output, NODE.name, NODE.opType, NODE.domain]);

/** Copies what the file says of the node; returns the attributes that are dealt with. */
function copyNode(to: ProtoWriter, node: Node, range: ProtoRange, encodeBody: EncodeBody): Set<string> {
  const { attributes, op } = node.source;
  const parse = new Parse(range.source);
  const written = new Set<string>();
  for (const cursor = cursorOf(range); cursor.next();) {
    if (REWRITTEN.has(cursor.field)) continue;
    if (cursor.field !== NODE.attribute) {
      copyField(to, cursor);
      continue;
    }
    const record = parseAttribute(parse, cursor.message());
    if (!Object.hasOwn(attributes, record.name)) continue;
    written.add(record.name);
    const value = attributes[record.name]!;
    if (isGraph(value)) {
      to.message(NODE.attribute, withBody(cursor.message(), encodeBody(value.graph)));
    } else if (record.graphs.length > 0 || sameValue(value, record.value)) {
      copyField(to, cursor);
    } else {
      to.message(NODE.attribute, encodeAttribute(record.name, value, record.type, op, encodeBody));
    }
  }
  return written;
}

function withBody(attribute: Parameters<typeof rewritten>[0], body: ProtoWriter): ProtoWriter {
  return rewritten(attribute, (field, to) => {
    if (field.field !== ATTRIBUTE.g) return false;
    to.message(ATTRIBUTE.g, body);
    return true;
  });
}

function isGraph(value: AttributeValue): value is { readonly graph: number } {
  return typeof value === 'object' && value !== null && 'graph' in value;
}

function sameValue(a: AttributeValue, b: AttributeValue): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isList(a) && isList(b)) return a.length === b.length && [...a].every((each, index) => Object.is(each, b[index]));
  return !isList(a) && !isList(b) && JSON.stringify(a) === JSON.stringify(b);
}

function isList(value: AttributeValue): value is Uint8Array | readonly (number | bigint)[] | readonly string[] {
  return value instanceof Uint8Array || Array.isArray(value);
}

function encodeAttribute(
  name: string,
  value: AttributeValue,
  type: number | null,
  op: string,
  encodeBody: EncodeBody,
): ProtoWriter {
  const attribute = new ProtoWriter().text(ATTRIBUTE.name, name);
  if (typeof value === 'string')
    return attribute.text(ATTRIBUTE.s, value).varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.string);
  if (value instanceof Uint8Array) {
    return attribute.bytes(ATTRIBUTE.s, value).varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.string);
  }
  if (isList(value)) return encodeList(attribute, name, value, type);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return encodeNumber(attribute, name, typeof value === 'boolean' ? Number(value) : value, type);
  }
  if (value !== null && isGraph(value)) {
    return attribute.message(ATTRIBUTE.g, encodeBody(value.graph)).varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.graph);
  }
  throw new ModelError('unsupported-operator', `Attribute "${name}" of ${op} cannot be written to an ONNX file.`);
}

function encodeNumber(to: ProtoWriter, name: string, value: number | bigint, type: number | null): ProtoWriter {
  const isFloat = type === null ? FLOAT_ATTRIBUTES.has(name) || !isWhole(value) : type === ATTRIBUTE_TYPE.float;
  return isFloat
    ? to.float(ATTRIBUTE.f, Number(value)).varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.float)
    : to.varint(ATTRIBUTE.i, value).varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.int);
}

function encodeList(
  to: ProtoWriter,
  name: string,
  values: readonly (number | bigint)[] | readonly string[],
  type: number | null,
): ProtoWriter {
  const texts = values.filter((value) => typeof value === 'string');
  if (texts.length > 0 || type === ATTRIBUTE_TYPE.strings) {
    for (const text of texts) to.text(ATTRIBUTE.strings, text);
    return to.varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.strings);
  }
  const numbers = values.filter((value) => typeof value !== 'string');
  const isFloat =
    type === null
      ? FLOAT_LIST_ATTRIBUTES.has(name) || !numbers.every((value) => isWhole(value))
      : type === ATTRIBUTE_TYPE.floats;
  for (const number of numbers) {
    if (isFloat) to.float(ATTRIBUTE.floats, Number(number));
    else to.varint(ATTRIBUTE.ints, number);
  }
  return to.varint(ATTRIBUTE.type, isFloat ? ATTRIBUTE_TYPE.floats : ATTRIBUTE_TYPE.ints);
}

function isWhole(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}
