import type { Graph, Node } from '../../src/core/ir/graph';
import { mainGraph, type Model } from '../../src/core/ir/model';
import type { Tensor, TensorId } from '../../src/core/ir/tensor';

/**
 * The model with int32 inputs and outputs where it has int64 ones, cast inside: the interpreter's JavaScript binding
 * shows no int64 tensors. What is between the ports stays as it is.
 */
export function withNarrowPorts(model: Model): Model {
  const graph = mainGraph(model);
  const tensors: Tensor[] = [...graph.tensors];
  const like = (id: TensorId): TensorId => {
    const tensor = tensors[id]!;
    tensors.push({ ...tensor, id: tensors.length, name: `${tensor.name}/int32`, dtype: 'int32', constant: null });
    return tensors.length - 1;
  };
  const cast = (from: TensorId, to: TensorId): Node => {
    const types = { in_data_type: tensors[from]!.dtype.toUpperCase(), out_data_type: tensors[to]!.dtype.toUpperCase() };
    const source = { op: 'CAST', domain: '', version: 1, name: '', attributes: types, index: 0 };
    return { id: 0, op: { kind: 'Cast', to: tensors[to]!.dtype }, inputs: [from], outputs: [to], source };
  };
  const isWide = (id: TensorId): boolean => tensors[id]!.dtype === 'int64';
  const before: Node[] = [];
  const after: Node[] = [];
  const inputs = graph.inputs.map((id) => {
    if (!isWide(id)) return id;
    const port = like(id);
    before.push(cast(port, id));
    return port;
  });
  const outputs = graph.outputs.map((id) => {
    if (!isWide(id)) return id;
    const port = like(id);
    after.push(cast(id, port));
    return port;
  });
  const nodes = [...before, ...graph.nodes, ...after].map((node, id) => ({ ...node, id }));
  const narrowed: Graph = { ...graph, tensors, nodes, inputs, outputs };
  return { ...model, graphs: [narrowed] };
}
