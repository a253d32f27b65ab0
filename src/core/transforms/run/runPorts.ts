import type { Graph } from '../../ir/graph';
import type { Model } from '../../ir/model';
import { bindShape } from '../../ir/shape';
import type { TensorId } from '../../ir/tensor';
import type { RunPort } from './modelSession';
import { tensorKeys } from './observable';

/** A tensor as something to feed or fetch; dimensions that are not known are 1. */
export function portOf(model: Model, graph: Graph, id: TensorId): RunPort {
  const { name, dtype, shape, quantization } = graph.tensors[id]!;
  const layout = model.format === 'onnx' ? 'NCHW' : 'NHWC';
  return { tensor: id, name, dtype, shape: bindShape(shape ?? []), quantization, layout };
}

/** Inputs that are fed: those with a value in the file need none. */
export function inputPorts(model: Model, graph: Graph): readonly RunPort[] {
  return graph.inputs.filter((id) => !graph.tensors[id]!.constant).map((id) => portOf(model, graph, id));
}

export function outputPorts(model: Model, graph: Graph): readonly RunPort[] {
  return graph.outputs.map((id) => portOf(model, graph, id));
}

/** Names ports: as the signature does, else as no other tensor of the graph is named. */
export function portNamer(graph: Graph, names: ReadonlyMap<TensorId, string>): (port: RunPort) => RunPort {
  const keys = tensorKeys(graph);
  return (port) => ({ ...port, name: names.get(port.tensor) ?? keys[port.tensor]! });
}
