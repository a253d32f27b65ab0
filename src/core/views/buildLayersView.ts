import { operatorName } from '../answers/inspect';
import { bytesOf } from '../ir/dtype';
import type { Graph, Node } from '../ir/graph';
import { countMacs, nodeDetail } from '../ir/macs';
import type { Model } from '../ir/model';
import { elementCount, formatShape } from '../ir/shape';
import type { Tensor, TensorId } from '../ir/tensor';
import { constantFinder, findParameters, nodeParameters, type NodeParameter } from '../ir/weights';
import { lifetimesOf } from '../memory/lifetimes';
import type { LayersView } from './layersView';

const UNKNOWN = -1;

/** Bytes of a tensor's values; null when shape or type leave it open. */
export function tensorBytes(tensor: Tensor): number | null {
  const count = elementCount(tensor.shape);
  const bytes = count === null ? 0 : bytesOf(tensor.dtype, count);
  return count === null || (bytes === 0 && count > 0) ? null : bytes;
}

function firstOutput(graph: Graph, node: Node): Tensor | undefined {
  const id: TensorId | undefined = node.outputs[0];
  return id === undefined ? undefined : graph.tensors[id];
}

function outputBytes(graph: Graph, node: Node): number {
  let total = 0;
  for (const output of node.outputs) {
    const tensor = graph.tensors[output];
    const bytes = tensor ? tensorBytes(tensor) : null;
    if (bytes === null) return UNKNOWN;
    total += bytes;
  }
  return total;
}

function sumOnce(parameters: readonly NodeParameter[], measure: (constant: Tensor) => number): number {
  return [...new Set(parameters.map(({ constant }) => constant))].reduce((sum, constant) => sum + measure(constant), 0);
}

/** Most activation bytes alive during each node of the main graph, as the arena counts them; unknown for bodies. */
function liveBytes(model: Model, graphIndex: number): Float64Array {
  const live = new Float64Array(model.graphs[graphIndex]?.nodes.length ?? 0).fill(UNKNOWN);
  const lifetimes = graphIndex === 0 ? lifetimesOf(model) : null;
  if (!lifetimes || 'reason' in lifetimes) return live;
  const { buffers, stepNodes } = lifetimes;
  const change = new Float64Array(stepNodes.length + 2);
  for (const { first, last, bytes } of buffers) {
    change[first + 1]! += bytes;
    change[last + 2]! -= bytes;
  }
  let alive = change[0]!;
  for (const [step, node] of stepNodes.entries()) {
    alive += change[step + 1]!;
    if (node >= 0) live[node] = Math.max(live[node]!, alive);
  }
  return live;
}

/** The Layers table of one graph. Give it a model whose shapes are inferred. Linear in nodes; reads no weights. */
export function buildLayersView(model: Model, graphIndex: number): LayersView {
  const graph = model.graphs[graphIndex];
  const nodes = graph?.nodes ?? [];
  const macs = countMacs(model)[graphIndex]?.nodes ?? [];
  const roles = findParameters(model).graphs[graphIndex] ?? { roles: [] };
  const find = graph ? constantFinder(graph) : () => null;
  const parameters = nodes.map((node) => nodeParameters(node, roles, find));
  const outputs = nodes.map((node) => (graph ? firstOutput(graph, node) : undefined));
  return {
    ops: nodes.map(operatorName),
    details: nodes.map((node) => (graph ? nodeDetail(graph, node) : '')),
    names: nodes.map((node, index) => outputs[index]?.name ?? node.source.name),
    dtypes: outputs.map((tensor) => tensor?.dtype ?? ''),
    shapes: outputs.map((tensor) => (tensor ? formatShape(tensor.shape) : '')),
    macs: Float64Array.from(macs, (count) => count ?? UNKNOWN),
    parameters: Float64Array.from(parameters, (list) => sumOnce(list, (constant) => elementCount(constant.shape) ?? 0)),
    weightBytes: Float64Array.from(parameters, (list) =>
      sumOnce(list, (constant) => constant.constant?.storedBytes ?? 0),
    ),
    outputBytes: Float64Array.from(nodes, (node) => (graph ? outputBytes(graph, node) : UNKNOWN)),
    liveBytes: liveBytes(model, graphIndex),
  };
}
