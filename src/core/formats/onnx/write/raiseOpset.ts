import type { Graph } from '../../../ir/graph';
import type { Model } from '../../../ir/model';
import { isPerChannel } from '../../../ir/quantization';

/** ai.onnx has QuantizeLinear from 10 on, and an axis in it from 13 on. */
const PER_AXIS_OPSET = 13;
const FIRST_QDQ_OPSET = 10;

/**
 * Operators of ai.onnx whose inputs, attributes or defaults changed in opset 11, 12 or 13 such that a node of an older
 * opset means something else (onnx docs/Changelog.md). All others only gained types or optional parts.
 */
const CHANGED: ReadonlyMap<string, number> = new Map([
  ['ArgMax', 12],
  ['ArgMin', 12],
  ['Clip', 11],
  ['Dropout', 12],
  ['Hardmax', 13],
  ['LogSoftmax', 13],
  ['OneHot', 11],
  ['Pad', 11],
  ['ReduceSum', 13],
  ['Resize', 11],
  ['Scatter', 11],
  ['Softmax', 13],
  ['Split', 13],
  ['SplitToSequence', 13],
  ['Squeeze', 13],
  ['TopK', 11],
  ['Unsqueeze', 13],
  ['Upsample', 10],
]);

/**
 * The opset to write a model with: 13 instead of 10 to 12 when per-axis quantization needs it and every node means the
 * same there. Otherwise the model's own; the writer then takes ONNX Runtime's com.microsoft operators for what the
 * opset lacks.
 */
export function opsetFor(model: Model): number {
  const opset = model.opsets[''] ?? 0;
  const needsAxis = model.graphs.some((graph) =>
    graph.tensors.some((tensor) => tensor.quantization && isPerChannel(tensor.quantization)),
  );
  if (!needsAxis || opset >= PER_AXIS_OPSET || opset < FIRST_QDQ_OPSET) return opset;
  return model.graphs.every((graph) => keepsMeaning(graph, opset)) ? PER_AXIS_OPSET : opset;
}

function keepsMeaning(graph: Graph, opset: number): boolean {
  const isFunction = graph.nodes.some((node) => node.op.kind === 'Call');
  return (
    !isFunction && graph.nodes.every(({ source }) => source.domain !== '' || opset >= (CHANGED.get(source.op) ?? 0))
  );
}
