import type { SampleInput } from '../../datasets/sample';
import { isFloat } from '../../ir/dtype';
import { ModelError } from '../../ir/errors';
import type { Graph } from '../../ir/graph';
import { mainGraph, type Model } from '../../ir/model';
import { bindShape } from '../../ir/shape';
import type { Tensor, TensorId } from '../../ir/tensor';
import { appendOutputs } from '../../formats/onnx/appendOutputs';
import type { ByteSource } from '../../ports/byteSource';
import type { ObservedValue, Runnable } from './runnable';

/**
 * An ONNX file, read as `model`, with some activations as further outputs. Free dimensions are fed with 1. Throws
 * ModelError as `appendOutputs` does.
 */
export function runnableOnnx(model: Model, source: ByteSource, observe: readonly TensorId[]): Runnable {
  const graph = mainGraph(model);
  const inputs = graph.inputs.filter((id) => !graph.tensors[id]!.constant);
  const isPort = new Set([...graph.inputs, ...graph.outputs]);
  const inner = observe.filter((id) => !isPort.has(id)).map((id) => graph.tensors[id]!);
  return {
    isLowered: false,
    onnx: appendOutputs(
      source,
      inner.map(({ name, dtype }) => ({ name, dtype })),
    ),
    inputs: inputs.map((id) => sampleInput(graph, id)),
    feeds: inputs.map((id) => graph.tensors[id]!.name),
    outputs: graph.outputs.map((id) => graph.tensors[id]!.name),
    outputShapes: graph.outputs.map((id) => outputShape(graph.tensors[id]!)),
    observed: new Map(observe.map((id) => [id, observed(graph.tensors[id]!)])),
  };
}

function observed({ name, dtype, quantization }: Tensor): ObservedValue {
  return { name, quantization: isFloat(dtype) ? null : quantization };
}

function sampleInput(graph: Graph, id: TensorId): SampleInput {
  const { name, shape, dtype } = graph.tensors[id]!;
  if (shape === null) throw new ModelError('dynamic-shape', `The input ${name} has no known rank.`);
  return { name, dtype, shape: bindShape(shape), layout: 'NCHW' };
}

function outputShape({ shape }: Tensor): readonly number[] | null {
  return shape === null ? null : bindShape(shape);
}
