import type { Attributes } from '../../ir/attributes';
import { ModelError } from '../../ir/errors';
import type { Graph, Node } from '../../ir/graph';
import type { AnyRecord, Table } from './flatbuffer/fields';
import type { DeferredBytes } from './flatbuffer/writeRecord';
import { toFileOrder } from './ops/operandOrder';
import type { NodeParts } from './readNodes';
import { builtinCode, customCode, optionsTableOf, placeholderCode } from './schema/operators';
import { optionTables } from './schema/optionTables';
import { optionTables2 } from './schema/optionTables2';

const firstUnion: ReadonlyMap<string, Table> = new Map(optionTables.map((table) => [table.name, table]));
const secondUnion: ReadonlyMap<string, Table> = new Map(optionTables2.map((table) => [table.name, table]));

/** The file's list of operator codes, filled as nodes ask for them. */
export class OperatorCodes {
  readonly records: AnyRecord[] = [];
  readonly #indices = new Map<string, number>();

  /** The index of a node's operator and version. */
  indexOf(node: Node): number {
    const { domain, op, version } = node.source;
    const key = JSON.stringify([domain, op, version]);
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
export function operatorRecord(node: Node, codes: OperatorCodes): AnyRecord {
  const parts = (node.fileParts ?? {}) as NodeParts;
  const { attributes, op } = node.source;
  const options = parts.options?.op === op ? parts.options.table : isCustom(node) ? null : optionsTableOf(op);
  return {
    ...parts.record,
    opcode_index: codes.indexOf(node),
    inputs: toFileOrder(isCustom(node) ? '' : op, node.inputs).map((id) => id ?? -1),
    outputs: node.outputs,
    builtin_options: optionsRecord(firstUnion, options, attributes),
    builtin_options_2: optionsRecord(secondUnion, options, attributes),
    custom_options: customOptions(attributes, parts),
    intermediates: node.intermediates ?? null,
  };
}

/** Null when the operator has no options, or none were in its file: a table with fields shows as attributes. */
function optionsRecord(tables: ReadonlyMap<string, Table>, name: string | null, attributes: Attributes) {
  const table = name === null ? undefined : tables.get(name);
  if (!table) return null;
  const isThere = table.slots.length === 0 || table.slots.some(({ name: field }) => field in attributes);
  return isThere ? { kind: table.name, value: attributes } : null;
}

function customOptions(attributes: Attributes, parts: NodeParts): DeferredBytes | null {
  const options = attributes.custom_options;
  if (options instanceof Uint8Array) return { byteLength: options.byteLength, read: () => options };
  return options === undefined || options === null ? null : (parts.customOptions ?? null);
}
