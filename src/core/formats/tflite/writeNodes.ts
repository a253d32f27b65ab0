import type { Attributes } from '../../ir/attributes';
import { ModelError } from '../../ir/errors';
import type { Graph, Node } from '../../ir/graph';
import type { Model } from '../../ir/model';
import { bytecodePlace, dispatchOperator, withBytecodeAt } from './dispatchBytecode';
import type { AnyRecord, Table } from './flatbuffer/fields';
import type { DeferredBytes } from './flatbuffer/writeRecord';
import { toFileOrder } from './ops/operandOrder';
import { bufferAlignment } from './limits';
import type { KeptLists } from './keptLists';
import { operatorKey } from './keptLists';
import type { NodeParts } from './readNodes';
import { builtinCode, customCode, optionsTableOf, placeholderCode } from './schema/operators';
import { optionTables } from './schema/optionTables';
import { optionTables2 } from './schema/optionTables2';

const firstUnion: ReadonlyMap<string, Table> = new Map(optionTables.map((table) => [table.name, table]));
const secondUnion: ReadonlyMap<string, Table> = new Map(optionTables2.map((table) => [table.name, table]));

/** Code that follows the flatbuffer, to which operators refer by its place in the file. */
export class CompiledCode {
  /** Where it will begin, once `place` is called. */
  start = 0;
  readonly #was: { readonly start: number; readonly byteLength: number };

  constructor(trailing: { readonly start: number; readonly byteLength: number } = { start: 0, byteLength: 0 }) {
    this.#was = trailing;
  }

  /** The flatbuffer with what belongs to it will have this length. */
  place(length: number): void {
    this.start = Math.ceil(length / bufferAlignment) * bufferAlignment;
  }

  /** Options of an operator that refers to the code, to be read when its place is known. */
  optionsOf(options: Uint8Array): DeferredBytes {
    const place = bytecodePlace(options);
    const within = place ? place.offset - this.#was.start : -1;
    const isMoved = place !== null && within >= 0 && within < this.#was.byteLength;
    return {
      byteLength: options.byteLength,
      read: () => (isMoved ? withBytecodeAt(options, place, this.start + within) : options),
    };
  }
}

/** The file's list of operator codes: those it was read with, without what a transform removed, then new ones. */
export class OperatorCodes {
  readonly records: AnyRecord[] = [];
  readonly #indices = new Map<string, number>();

  constructor({ graphs }: Pick<Model, 'graphs'>, { operatorCodes = [] }: Partial<KeptLists> = {}) {
    const wanted = new Set(graphs.flatMap(({ nodes }) => nodes.map(keyOf)));
    for (const { record, key, isUsed } of operatorCodes) {
      if (isUsed && (!wanted.has(key) || this.#indices.has(key))) continue;
      if (isUsed) this.#indices.set(key, this.records.length);
      this.records.push(record);
    }
  }

  /** The index of a node's operator and version. */
  indexOf(node: Node): number {
    const { op, version } = node.source;
    const key = keyOf(node);
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    const code = isCustom(node) ? customCode : builtinCode(op)!;
    this.#indices.set(key, this.records.length);
    this.records.push({
      deprecated_builtin_code: Math.min(code, placeholderCode),
      custom_code: isCustom(node) ? op : null,
      version,
      builtin_code: code,
    });
    return this.records.length - 1;
  }
}

function keyOf({ source: { domain, op, version } }: Node): string {
  return operatorKey(domain, op, version);
}

function isCustom(node: Node): boolean {
  return node.source.domain === 'custom';
}

/** Throws ModelError `unsupported-operator`, with the list, when a node's `source` names no operator of TFLite. */
export function refuseForeignNodes(graphs: readonly Graph[]): void {
  const foreign = graphs.flatMap(({ nodes }) =>
    nodes.filter((node) => !isCustom(node) && (node.source.domain !== '' || builtinCode(node.source.op) === undefined)),
  );
  if (foreign.length === 0) return;
  const names = [...new Set(foreign.map((node) => node.source.op))];
  throw new ModelError(
    'unsupported-operator',
    `TensorFlow Lite has no operator ${names.slice(0, 3).join(', ')}${names.length > 3 ? ' and others' : ''}.`,
    foreign.map((node) => `${node.source.op} ${node.source.name}`.trim()),
  );
}

/** An operator's record: its operands in the file's order, its options from `source.attributes`. */
export function operatorRecord(node: Node, codes: OperatorCodes, code: CompiledCode): AnyRecord {
  const parts = (node.fileParts ?? {}) as NodeParts;
  const { op } = node.source;
  const { record = {} } = parts;
  const inputs = toFileOrder(isCustom(node) ? '' : op, node.inputs).map((id) => id ?? -1);
  return {
    ...record,
    ...optionsRecord(node, parts),
    opcode_index: codes.indexOf(node),
    inputs: inputs.length === 0 && record.inputs === null ? null : inputs,
    outputs: node.outputs.length === 0 && record.outputs === null ? null : node.outputs,
    custom_options: customOptions(node, parts, code),
    intermediates: node.intermediates ?? record.intermediates ?? null,
  };
}

/** In which of the two unions, and which table: what the file had, else what the schema gives the operator. */
function optionsRecord(node: Node, parts: NodeParts): AnyRecord {
  const { attributes, op } = node.source;
  const bySchema = { table: isCustom(node) ? null : optionsTableOf(op), isSecond: false };
  const { table: name, isSecond: wasSecond } = parts.options?.op === op ? parts.options : bySchema;
  if (name === null) return {};
  const known = firstUnion.get(name) ?? secondUnion.get(name);
  if (known && !isStated(known, attributes)) return {};
  const isSecond = known ? secondUnion.has(name) : wasSecond;
  return { [isSecond ? 'builtin_options_2' : 'builtin_options']: { kind: name, value: attributes } };
}

/** A table with fields shows as attributes: without any of them, there was none. */
function isStated({ slots }: Table, attributes: Attributes): boolean {
  return slots.length === 0 || slots.some(({ name }) => name in attributes);
}

function customOptions(node: Node, parts: NodeParts, code: CompiledCode): DeferredBytes | null {
  const options = node.source.attributes.custom_options;
  if (options instanceof Uint8Array && node.source.op === dispatchOperator) return code.optionsOf(options);
  if (options instanceof Uint8Array) return { byteLength: options.byteLength, read: () => options };
  return options === undefined || options === null ? null : (parts.customOptions ?? null);
}
