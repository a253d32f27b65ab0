import type { ModelMetadata, Signature } from '../../ir/model';
import { printableText } from '../printableText';
import type { FileContext } from './fileContext';
import { lazyBytes } from './fileContext';
import { maxMetadataText } from './limits';
import type { ModelRecord } from './schema/modelTables';

/** Named blobs of the file; their text where they are short UTF-8 text. */
export function readMetadata(context: FileContext): ModelMetadata[] {
  return (context.model.metadata ?? []).map((record) => {
    const name = record.name ?? '';
    const range = context.buffers[record.buffer];
    if (range === undefined) {
      throw context.window.corrupt(`metadata ${name} refers to buffer ${record.buffer} of ${context.buffers.length}`);
    }
    const lazy = lazyBytes(context.source, range ?? { position: 0, length: 0 });
    return {
      name,
      byteLength: lazy.byteLength,
      text: lazy.byteLength <= maxMetadataText ? printableText(lazy.read()) : null,
      read: () => lazy.read(),
    };
  });
}

/** Named ways into the model. */
export function readSignatures(context: FileContext): Signature[] {
  const graphs = context.model.subgraphs ?? [];
  return (context.model.signature_defs ?? []).map((record) => {
    const key = record.signature_key ?? '';
    const graph = graphs[record.subgraph_index];
    if (!graph) throw context.window.corrupt(`signature ${key} refers to subgraph ${record.subgraph_index}`);
    const tensors = graph.tensors?.length ?? 0;
    return {
      key,
      graph: record.subgraph_index,
      inputs: portsOf(context, key, record.inputs, tensors),
      outputs: portsOf(context, key, record.outputs, tensors),
    };
  });
}

type Maps = NonNullable<NonNullable<ModelRecord['signature_defs']>[number]['inputs']>;

function portsOf(context: FileContext, key: string, maps: Maps | null, tensors: number): Record<string, number> {
  for (const { tensor_index: index } of maps ?? []) {
    if (index >= tensors) throw context.window.corrupt(`signature ${key} refers to tensor ${index} of ${tensors}`);
  }
  return Object.fromEntries((maps ?? []).map((map) => [map.name ?? '', map.tensor_index]));
}
