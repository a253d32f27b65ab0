import type { FileContext, LazyBytes } from './fileContext';
import { lazyBytes } from './fileContext';
import type { AnyRecord } from './flatbuffer/fields';
import { unknownPart } from './flatbuffer/unknownFields';
import type { ModelRecord, OperatorCodeRecord, SignatureRecord } from './schema/modelTables';
import { builtinName, customCode } from './schema/operators';

/** What the lists of a file hold beyond what the IR refers to. */
export interface KeptLists {
  readonly operatorCodes: readonly KeptCode[];
  /** Buffers with contents that nothing refers to. */
  readonly unusedBuffers: readonly { readonly bytes: LazyBytes; readonly fields: AnyRecord }[];
  /** Fields of buffers beyond their bytes, by the key of the constant. */
  readonly bufferFields: Readonly<Record<string, AnyRecord>>;
  /** Null where the file has no list. */
  readonly metadataFields: readonly AnyRecord[] | null;
  readonly signatures: readonly SignatureRecord[] | null;
}

interface KeptCode {
  readonly key: string;
  readonly record: OperatorCodeRecord;
  readonly isUsed: boolean;
}

/** What tells operators apart: domain as in NodeSource, name, version. */
export function operatorKey(domain: string, op: string, version: number): string {
  return JSON.stringify([domain, op, version]);
}

/** The code that counts: one beyond 127 stands in the newer field, the older then holds 127. */
export function codeOf(record: OperatorCodeRecord): number {
  return Math.max(record.deprecated_builtin_code, record.builtin_code);
}

export function keptLists(context: FileContext): KeptLists {
  const { model } = context;
  return {
    operatorCodes: keptCodes(model),
    unusedBuffers: unusedBuffers(context),
    bufferFields: context.hasNewerFields ? bufferFields(model) : {},
    metadataFields: model.metadata?.map((record) => ({ name: record.name, ...unknownPart(record) })) ?? null,
    signatures: model.signature_defs,
  };
}

function bufferFields(model: ModelRecord): KeptLists['bufferFields'] {
  return Object.fromEntries(
    (model.buffers ?? []).flatMap((record, index) => {
      const fields = unknownPart(record);
      return Object.keys(fields).length > 0 ? [[bufferKey(index), fields]] : [];
    }),
  );
}

/** The key of a constant that lies in a buffer. */
export function bufferKey(index: number): string {
  return `buffer:${index}`;
}

/** In the file's order. Of equal codes that are in use, as some writers give one to each node, the first. */
function keptCodes(model: ModelRecord): readonly KeptCode[] {
  const operators = (model.subgraphs ?? []).flatMap((graph) => graph.operators ?? []);
  const used = new Set(operators.map((operator) => operator.opcode_index));
  const seen = new Set<string>();
  return (model.operator_codes ?? []).flatMap((record, index) => {
    const key = keyOf(record);
    const isUsed = used.has(index);
    if (isUsed && seen.has(key)) return [];
    if (isUsed) seen.add(key);
    return [{ key, record, isUsed }];
  });
}

function keyOf(record: OperatorCodeRecord): string {
  const code = codeOf(record);
  return code === customCode
    ? operatorKey('custom', record.custom_code ?? '', record.version)
    : operatorKey('', builtinName(code), record.version);
}

function unusedBuffers({ buffers, model, source }: FileContext): KeptLists['unusedBuffers'] {
  const used = new Set(model.metadata_buffer);
  for (const graph of model.subgraphs ?? []) for (const tensor of graph.tensors ?? []) used.add(tensor.buffer);
  for (const entry of model.metadata ?? []) used.add(entry.buffer);
  return buffers.flatMap((range, index) =>
    range && range.length > 0 && !used.has(index)
      ? [{ bytes: lazyBytes(source, range), fields: unknownPart(model.buffers?.[index] ?? {}) }]
      : [],
  );
}
