import type { SampleInput } from '../../datasets/sample';
import type { Graph } from '../../ir/graph';
import type { Model } from '../../ir/model';
import type { TensorId } from '../../ir/tensor';
import { lowerToOnnx, type LoweredPort } from '../lower/lowerModel';
import type { Runnable } from './runnable';

/** A TFLite model lowered to ONNX. Quantized inputs take real numbers. Throws as `lowerToOnnx` does. */
export function runnableTflite(model: Model, observe: readonly TensorId[]): Runnable {
  const lowered = lowerToOnnx(model, observe);
  const graph = model.graphs[0]!;
  return {
    isLowered: true,
    onnx: lowered.onnx,
    inputs: lowered.inputs.map((port) => sampleInput(graph, port)),
    feeds: lowered.inputs.map((port) => port.name),
    outputs: lowered.outputs.map((port) => port.name),
    outputShapes: lowered.outputs.map((port) => port.shape),
    observed: new Map([...lowered.observed].map(([id, name]) => [id, { name, quantization: null }])),
  };
}

function sampleInput(graph: Graph, port: LoweredPort): SampleInput {
  return { name: graph.tensors[port.tensor]!.name, dtype: port.dtype, shape: port.shape, layout: 'NHWC' };
}
