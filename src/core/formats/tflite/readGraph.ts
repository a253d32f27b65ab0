import type { Graph } from '../../ir/graph';
import type { TensorId } from '../../ir/tensor';
import { executionOrder } from './executionOrder';
import type { FileContext } from './fileContext';
import { newerPart } from './fileContext';
import type { OperatorCode } from './readNodes';
import { NodeReader } from './readNodes';
import { readTensors } from './readTensors';
import type { SubGraphRecord } from './schema/modelTables';

/** One subgraph. Throws ModelError `corrupt` for references that lead nowhere, `cyclic` for one that cannot run. */
export function readGraph(context: FileContext, codes: readonly OperatorCode[], record: SubGraphRecord): Graph {
  const operators = record.operators ?? [];
  const filled = new Set([...(record.inputs ?? []), ...operators.flatMap((operator) => operator.outputs ?? [])]);
  const tensors = readTensors(context, record.tensors ?? [], filled);
  const name = record.name ?? '';
  const reader = new NodeReader(context, codes, tensors);
  const { nodes, asWritten } = executionOrder(
    context.source.name,
    operators.map((operator, index) => reader.read(operator, index)),
    tensors,
    record.inputs ?? [],
  );
  if (!asWritten) {
    context.notes.add('order', `The operators of subgraph ${name} are not in execution order; runtimes may refuse it.`);
  }
  const port = (id: TensorId): TensorId => {
    if (!tensors[id]) throw context.window.corrupt(`subgraph ${name} has tensor ${id} as a port, of ${tensors.length}`);
    return id;
  };
  const { debug_metadata_index: debugIndex } = record;
  const kept = {
    ...(debugIndex === -1 ? {} : { debug_metadata_index: debugIndex }),
    ...(record.name === '' ? { name: '' } : {}),
    ...missingLists(record),
    ...newerPart(context, record),
  };
  return {
    name,
    tensors,
    nodes,
    inputs: (record.inputs ?? []).map(port),
    outputs: (record.outputs ?? []).map(port),
    ...(Object.keys(kept).length > 0 ? { fileParts: { record: kept } } : {}),
  };
}

/** Lists that are not there, where the writer would state empty ones. */
function missingLists(record: SubGraphRecord): Partial<SubGraphRecord> {
  return {
    ...(record.tensors === null ? { tensors: null } : {}),
    ...(record.inputs === null ? { inputs: null } : {}),
    ...(record.outputs === null ? { outputs: null } : {}),
    ...(record.operators === null ? { operators: null } : {}),
  };
}
