import type { Attributes } from '../../ir/attributes';
import { elementReader } from '../../ir/decode';
import { bytesOf } from '../../ir/dtype';
import type { Node } from '../../ir/graph';
import type { Op } from '../../ir/ops/op';
import { elementCount } from '../../ir/shape';
import type { Tensor } from '../../ir/tensor';
import type { FileContext, LazyBytes } from './fileContext';
import { lazyBytes, newerPart } from './fileContext';
import type { ByteRange } from './flatbuffer/fields';
import { codeOf } from './keptLists';
import { maxIndexElements, maxShownOptionBytes } from './limits';
import type { OperatorView } from './ops/mapper';
import { mapOperator } from './ops/mappers';
import { toIrOrder } from './ops/operandOrder';
import type { OperatorRecord } from './schema/modelTables';
import { builtinName, customCode, optionsTableOf } from './schema/operators';

/** An operator of the file's list of operator codes. */
export interface OperatorCode {
  readonly name: string;
  readonly isCustom: boolean;
  readonly version: number;
}

/** What of an operator the IR has no field for; the writer puts it back. */
export interface NodeParts {
  /** The options table, where it is another than the schema gives the operator; null where the file has none. */
  readonly options?: { readonly op: string; readonly table: string | null; readonly isSecond: boolean };
  /** Options of a custom operator too long for an attribute. */
  readonly customOptions?: LazyBytes;
  readonly record?: Partial<OperatorRecord>;
}

/** The file's operator codes, by name. */
export function readOperatorCodes(context: FileContext): OperatorCode[] {
  return (context.model.operator_codes ?? []).map((record) => {
    const code = codeOf(record);
    if (code < 0) throw context.window.corrupt(`it names operator ${code}`);
    const isCustom = code === customCode;
    return { name: isCustom ? (record.custom_code ?? '') : builtinName(code), isCustom, version: record.version };
  });
}

/** Reads operators of one subgraph, whose tensors are known. */
export class NodeReader {
  readonly #context: FileContext;
  readonly #codes: readonly OperatorCode[];
  readonly #tensors: readonly Tensor[];
  readonly #integers = new Map<string, readonly number[] | null>();

  constructor(context: FileContext, codes: readonly OperatorCode[], tensors: readonly Tensor[]) {
    this.#context = context;
    this.#codes = codes;
    this.#tensors = tensors;
  }

  read(record: OperatorRecord, index: number): Node {
    const code = this.#codes[record.opcode_index];
    if (!code) throw this.#context.window.corrupt(`operator ${index} has no operator code ${record.opcode_index}`);
    const where = `operator ${index} (${code.name})`;
    const inputs = (record.inputs ?? []).map((id) => (id === -1 ? null : this.#tensor(id, where)));
    const outputs = (record.outputs ?? []).map((id) => this.#tensor(id, where));
    const { attributes, parts } = this.#options(record, code);
    const view: OperatorView = { attributes, inputs, outputs, integers: (input) => this.#integersOf(inputs[input]) };
    const intermediates = record.intermediates ?? [];
    return {
      id: index,
      op: code.isCustom ? { kind: 'Opaque', bodies: [] } : this.#checkBodies(mapOperator(code.name, view), where),
      inputs: toIrOrder(code.isCustom ? '' : code.name, inputs).map((tensor) => tensor?.id ?? null),
      outputs: outputs.map((tensor) => tensor.id),
      ...(intermediates.length > 0 ? { intermediates: intermediates.map((id) => this.#tensor(id, where).id) } : {}),
      source: {
        op: code.name,
        domain: code.isCustom ? 'custom' : '',
        version: code.version,
        name: '',
        attributes,
        index,
      },
      ...(Object.keys(parts).length > 0 ? { fileParts: { ...parts } } : {}),
    };
  }

  #tensor(id: number, where: string): Tensor {
    const tensor = this.#tensors[id];
    if (!tensor) throw this.#context.window.corrupt(`${where} refers to tensor ${id} of ${this.#tensors.length}`);
    return tensor;
  }

  #options(record: OperatorRecord, code: OperatorCode): { attributes: Attributes; parts: NodeParts } {
    const options = record.builtin_options ?? record.builtin_options_2;
    const kept = keptFields(this.#context, record);
    const expected = code.isCustom ? null : optionsTableOf(code.name);
    const table = options?.kind ?? null;
    const parts: { -readonly [K in keyof NodeParts]: NodeParts[K] } = {};
    if (table !== expected) parts.options = { op: code.name, table, isSecond: record.builtin_options === null };
    if (Object.keys(kept).length > 0) parts.record = kept;
    const attributes = (options?.value ?? {}) as Attributes;
    const custom = record.custom_options ?? this.#largeOptions(record);
    if (!custom) return { attributes, parts };
    return this.#customOptions(custom, attributes, parts);
  }

  #customOptions(custom: ByteRange, attributes: Attributes, parts: NodeParts) {
    const { source, window } = this.#context;
    if (custom.length <= maxShownOptionBytes) {
      const bytes = window.bytes(custom.position, custom.length);
      return { attributes: { ...attributes, custom_options: bytes }, parts };
    }
    return {
      attributes: { ...attributes, custom_options: { text: `${custom.length} bytes` } },
      parts: { ...parts, customOptions: lazyBytes(source, custom) },
    };
  }

  /** Options beside the flatbuffer, in files above 2 GiB. */
  #largeOptions(record: OperatorRecord): ByteRange | null {
    const position = Number(record.large_custom_options_offset);
    const length = Number(record.large_custom_options_size);
    if (position <= 1 || length === 0) return null;
    this.#context.window.require(position, length);
    return { position, length };
  }

  #integersOf(tensor: Tensor | null | undefined): readonly number[] | null {
    const constant = tensor?.constant;
    if (!tensor || !constant) return null;
    const key = `${constant.key} ${tensor.id}`;
    const known = this.#integers.get(key);
    if (known !== undefined) return known;
    const values = integersOf(tensor);
    this.#integers.set(key, values);
    return values;
  }

  #checkBodies(op: Op, where: string): Op {
    if (!('bodies' in op)) return op;
    const graphs = this.#context.model.subgraphs?.length ?? 0;
    const exists = (body: number) => Number.isInteger(body) && body >= 0 && body < graphs;
    if (op.kind === 'Opaque') return { kind: 'Opaque', bodies: op.bodies.filter(exists) };
    const missing = op.bodies.find((body) => !exists(body));
    if (missing === undefined) return op;
    throw this.#context.window.corrupt(`${where} refers to subgraph ${missing} of ${graphs}`);
  }
}

/** Integers of a constant operand, when they are few. */
function integersOf(tensor: Tensor): readonly number[] | null {
  const { constant, dtype, shape } = tensor;
  const count = elementCount(shape);
  if (!constant || count === null || count > maxIndexElements || !/^u?int(8|16|32|64)$/.test(dtype)) return null;
  if (constant.byteLength < bytesOf(dtype, count)) return null;
  const at = elementReader(constant.read(), dtype);
  if (at === null) return null;
  const values: number[] = [];
  for (let i = 0; i < count; i++) values.push(at(i));
  return values;
}

function keptFields(context: FileContext, record: OperatorRecord): Partial<OperatorRecord> {
  const kept: { -readonly [K in keyof OperatorRecord]?: OperatorRecord[K] } = {};
  if (record.mutating_variable_inputs !== null) kept.mutating_variable_inputs = record.mutating_variable_inputs;
  if (record.debug_metadata_index !== -1) kept.debug_metadata_index = record.debug_metadata_index;
  if (record.custom_options_format !== 'FLEXBUFFERS') kept.custom_options_format = record.custom_options_format;
  if (record.builtin_options && record.builtin_options_2) kept.builtin_options_2 = record.builtin_options_2;
  if (record.intermediates?.length === 0) kept.intermediates = [];
  if (record.inputs === null) kept.inputs = null;
  if (record.outputs === null) kept.outputs = null;
  return Object.assign(kept, newerPart(context, record));
}
