import type { AttributeValue } from '../ir/attributes';
import { ModelError } from '../ir/errors';
import type { Graph, Node } from '../ir/graph';
import { countMacs } from '../ir/macs';
import type { Model } from '../ir/model';
import type { Quantization } from '../ir/quantization';
import { formatShape } from '../ir/shape';
import type { Tensor } from '../ir/tensor';
import { bodiesOf } from '../ir/traverse';
import { constantFinder, findParameters, nodeParameters, roleWord, type ConstantFinder } from '../ir/weights';
import { tensorBytes } from './buildLayersView';
import type { NodeView, TensorView } from './nodeView';

/** Longer lists and texts are cut: they are there to be glanced at. */
const SHOWN_VALUES = 16;
const SHOWN_CHARACTERS = 200;

function formatNumber(value: number | bigint): string {
  if (typeof value === 'bigint' || Number.isInteger(value)) return String(value);
  // Attributes are 32-bit floats: 7 digits say all, 17 would show the noise of widening.
  return String(Number(value.toPrecision(7)));
}

function formatText(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}… (${text.length} characters)` : text;
}

function formatList(values: readonly (number | bigint | string)[]): string {
  const shown = values
    .slice(0, SHOWN_VALUES)
    .map((value) => (typeof value === 'string' ? formatText(value) : formatNumber(value)));
  const rest = values.length > SHOWN_VALUES ? `, … (${values.length} values)` : '';
  return `[${shown.join(', ')}${rest}]`;
}

function formatObject(value: Exclude<AttributeValue, number | bigint | string | boolean | null>): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if ('graph' in value) return `graph ${value.graph}`;
  if ('tensor' in value) {
    const { dtype, shape, value: element } = value.tensor;
    return `${dtype} ${formatShape(shape)}${element === undefined ? '' : `: ${element}`}`;
  }
  if ('text' in value) return formatText(value.text);
  return formatList(value);
}

/** An attribute as a person reads it: numbers short, long lists and blobs summarised. */
export function formatAttribute(value: AttributeValue): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number' || typeof value === 'bigint') return formatNumber(value);
  if (typeof value === 'string') return formatText(value);
  return formatObject(value);
}

function quantizationView(quantization: Quantization | null): TensorView['quantization'] {
  const scale = quantization?.scales[0];
  if (!quantization || scale === undefined) return null;
  let minScale = scale;
  let maxScale = scale;
  for (const one of quantization.scales) {
    minScale = Math.min(minScale, one);
    maxScale = Math.max(maxScale, one);
  }
  const { scales, zeroPoints, axis } = quantization;
  return { scaleCount: scales.length, scale, minScale, maxScale, zeroPoint: zeroPoints[0] ?? 0, axis };
}

function tensorView(tensor: Tensor, role: string): TensorView {
  return {
    id: tensor.id,
    role,
    name: tensor.name,
    dtype: tensor.dtype,
    shape: formatShape(tensor.shape),
    bytes: tensor.constant?.byteLength ?? tensorBytes(tensor),
    isConstant: tensor.constant !== null,
    quantization: quantizationView(tensor.quantization),
  };
}

function inputViews(graph: Graph, node: Node, find: ConstantFinder): readonly TensorView[] {
  const views: TensorView[] = [];
  for (const [index, id] of node.inputs.entries()) {
    const tensor = id === null ? undefined : graph.tensors[id];
    if (tensor) views.push(tensorView(tensor, roleWord(node, index, find(tensor.id) !== null)));
  }
  return views;
}

function outputViews(graph: Graph, node: Node): readonly TensorView[] {
  const intermediates = node.intermediates ?? [];
  return [...node.outputs, ...intermediates].flatMap((id, index) => {
    const tensor = graph.tensors[id];
    return tensor ? [tensorView(tensor, index < node.outputs.length ? 'output' : 'intermediate')] : [];
  });
}

function macsOf(model: Model, graphIndex: number, nodeId: number): Pick<NodeView, 'macs' | 'macsShare'> {
  const counts = countMacs(model)[graphIndex];
  const macs = counts?.nodes[nodeId] ?? null;
  const total = counts?.total ?? 0;
  return { macs, macsShare: macs !== null && total > 0 ? macs / total : null };
}

function weightsOf(
  model: Model,
  graphIndex: number,
  node: Node,
  find: ConstantFinder,
): Pick<NodeView, 'weightBytes' | 'weightsTensor'> {
  const parameters = nodeParameters(node, findParameters(model).graphs[graphIndex] ?? { roles: [] }, find);
  const constants = new Set(parameters.map(({ constant }) => constant));
  const weights = parameters.find(({ role }) => role === 'weights') ?? parameters[0];
  return {
    weightBytes: [...constants].reduce((sum, { constant }) => sum + (constant?.storedBytes ?? 0), 0),
    weightsTensor: weights?.constant.id ?? null,
  };
}

/**
 * What the inspector shows of one node. Give it a model whose shapes are inferred. Linear in nodes; reads no weights.
 * Throws ModelError `gone` when there is no such node: the file has another graph by now.
 */
export function buildNodeView(model: Model, graphIndex: number, nodeId: number): NodeView {
  const graph = model.graphs[graphIndex];
  const node = graph?.nodes[nodeId];
  if (!graph || !node) throw new ModelError('gone', `There is no operator ${nodeId} in graph ${graphIndex}.`);
  const find = constantFinder(graph);
  const { op, domain, version, name, attributes } = node.source;
  return {
    id: nodeId,
    op,
    domain,
    version,
    name,
    attributes: Object.entries(attributes).map(([key, value]) => [key, formatAttribute(value)] as const),
    inputs: inputViews(graph, node, find),
    outputs: outputViews(graph, node),
    ...macsOf(model, graphIndex, nodeId),
    ...weightsOf(model, graphIndex, node, find),
    bodies: bodiesOf(node),
  };
}
