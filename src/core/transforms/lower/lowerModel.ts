import { isFloat, type DType } from '../../ir/dtype';
import { ModelError } from '../../ir/errors';
import type { Graph } from '../../ir/graph';
import { inferShapes } from '../../ir/inferShapes';
import type { Model } from '../../ir/model';
import type { Tensor, TensorId } from '../../ir/tensor';
import { OnnxBuilder } from '../../formats/onnx/onnxBuilder';
import { preparedGraph } from '../fold/prepare';
import { inlineComposites } from './inlineComposites';
import { LowerContext, versionsFor } from './lowerContext';
import { lowerNode, loweringOf, unsupported } from './lowerings';

/** A value of the ONNX graph and the tensor it stands for. */
export interface LoweredPort {
  readonly tensor: TensorId;
  /** Name in the ONNX graph. */
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

export interface LoweredModel {
  readonly onnx: Uint8Array;
  readonly inputs: readonly LoweredPort[];
  readonly outputs: readonly LoweredPort[];
  /**
   * Observed activations by tensor id: names of further ONNX outputs. Unless the file's layout was asked for, a
   * 4-dimensional one may lie channels second; which of the two is the same for two models of the same operators.
   */
  readonly observed: ReadonlyMap<TensorId, string>;
}

/**
 * A TFLite model as an ONNX model of the same results. Inputs and outputs are in the file's layout; quantized tensors
 * are fed and fetched as real numbers (float32), each rounded to its own integers on the way (QuantizeLinear and
 * DequantizeLinear), so that a quantized model becomes a simulation that rounds once where kernels may round twice.
 *
 * `observe` lists activations that must come out as well. Free dimensions are bound to 1. Throws ModelError
 * `unsupported-operator` with every node that cannot be lowered, in `details`.
 */
export function lowerToOnnx(
  file: Model,
  observe: readonly TensorId[] = [],
  layout: 'file' | 'any' = 'any',
): LoweredModel {
  const model = withoutComposites(file);
  const graph = preparedGraph(model);
  refuseUnsupported(model, graph);
  const builder = new OnnxBuilder(versionsFor(graph));
  const context = new LowerContext(builder, graph);
  const inputs = graph.inputs.map((id, index) => lowerInput(context, id, index));
  for (const node of graph.nodes) lowerNode(context, node);
  const outputs = graph.outputs.map((id, index) => lowerOutput(context, id, `output:${index}`));
  const observed = observeAll(context, observe, layout);
  return { onnx: builder.build(), inputs, outputs, observed };
}

/** Shapes inside a decomposition follow from those around it. */
function withoutComposites(file: Model): Model {
  const model = inlineComposites(file);
  return model === file ? file : inferShapes(model);
}

function lowerInput(context: LowerContext, id: TensorId, index: number): LoweredPort {
  const port = { tensor: id, name: `input:${index}`, dtype: feedType(context.tensor(id)), shape: context.shape(id) };
  context.builder.input(port.name, port.dtype, port.shape);
  context.define(id, port.name);
  return port;
}

function lowerOutput(context: LowerContext, id: TensorId, name: string): LoweredPort {
  const port = { tensor: id, name, dtype: feedType(context.tensor(id)), shape: context.shape(id) };
  context.builder.node('Identity', [context.value(id)], [name]);
  context.builder.output(name, port.dtype, port.shape);
  return port;
}

function observeAll(
  context: LowerContext,
  ids: readonly TensorId[],
  layout: 'file' | 'any',
): ReadonlyMap<TensorId, string> {
  const names = new Map<TensorId, string>();
  for (const id of ids) {
    const value = context.observed(id);
    if (!value || names.has(id)) continue;
    const name = `observed:${id}`;
    const laidOut = layout === 'file' ? context.value(id) : value.name;
    context.builder.node('Identity', [laidOut], [name]);
    context.builder.output(name, feedType(context.tensor(id)), null);
    names.set(id, name);
  }
  return names;
}

/** What stands for a tensor in the ONNX graph: reals for floats and quantized integers, else the type itself. */
function feedType(tensor: Tensor): DType {
  const isQuantized = tensor.quantization !== null && tensor.quantization.scales.length > 0;
  return isFloat(tensor.dtype) || isQuantized ? 'float32' : tensor.dtype;
}

function refuseUnsupported(model: Model, graph: Graph): void {
  if (model.format !== 'tflite')
    throw new ModelError('unsupported-operator', 'Only TFLite models are lowered to ONNX.');
  const nodes = graph.nodes.filter((node) => loweringOf(node) === null);
  if (nodes.length > 0) throw unsupported(nodes.map((node) => `${node.source.op} ${node.source.index}`));
}
