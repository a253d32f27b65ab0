import { SCHEMA_VERSION, type InspectAnswer, type TensorPort } from './inspectAnswer';
import type { Graph, Node } from '../ir/graph';
import { isKnownOperator } from '../ir/semantics/opaque';
import { inferShapes } from '../ir/inferShapes';
import { countMacs, type GraphMacs } from '../ir/macs';
import { mainGraph, type Model } from '../ir/model';
import { quantizationSummary } from '../ir/quantizationSummary';
import type { TensorId } from '../ir/tensor';
import { findParameters } from '../ir/weights';

/** Operators named in one note; the rest is counted. */
const NAMED_OPERATORS = 5;

/** A node's operator as its file calls it, with the domain where it is not the standard one. */
export function operatorName(node: Node): string {
  const { op, domain } = node.source;
  return domain === '' || domain === 'custom' ? op : `${domain}.${op}`;
}

function portOf(graph: Graph, id: TensorId): TensorPort | null {
  const tensor = graph.tensors[id];
  if (!tensor) return null;
  const { name, dtype, shape, quantization } = tensor;
  const scale = quantization?.scales[0];
  if (scale === undefined || quantization?.axis !== null) return { name, dtype, shape };
  return { name, dtype, shape, quantization: { scale, zeroPoint: quantization.zeroPoints[0] ?? 0 } };
}

function portsOf(graph: Graph, ids: readonly TensorId[]): readonly TensorPort[] {
  return ids.map((id) => portOf(graph, id)).filter((port) => port !== null);
}

function operatorCounts(model: Model): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const graph of model.graphs) {
    for (const node of graph.nodes) counts.set(operatorName(node), (counts.get(operatorName(node)) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1)));
}

/** Why the MACs of a node are not known, in words. */
function unknownMacsReason(node: Node): string {
  const { op } = node;
  if (op.kind === 'Opaque' && op.bodies.length === 0) {
    return isKnownOperator(node)
      ? 'a shape is not known, or they depend on the algorithm'
      : 'the operator is not known';
  }
  if (op.kind === 'While' || op.kind === 'Loop' || op.kind === 'Scan') return 'the number of rounds is not known';
  return 'bodies' in op ? 'a graph that it runs has such operators' : 'a shape is not known';
}

function named(names: readonly string[]): string {
  const rest = names.length - NAMED_OPERATORS;
  return names.slice(0, NAMED_OPERATORS).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** Which operators have no MACs, by reason, in one sentence. */
function macsNote(model: Model, counts: readonly GraphMacs[]): string | null {
  const unknown = new Map<string, Set<string>>();
  for (const [index, graph] of model.graphs.entries()) {
    for (const node of graph.nodes) {
      if (counts[index]?.nodes[node.id] !== null) continue;
      const reason = unknownMacsReason(node);
      unknown.set(reason, (unknown.get(reason) ?? new Set()).add(operatorName(node)));
    }
  }
  if (unknown.size === 0) return null;
  const parts = [...unknown].map(([reason, names]) => `${named([...names])} (${reason})`);
  return `MACs are not counted for ${parts.join('; ')}.`;
}

function branchNote(model: Model): string | null {
  const branches = model.graphs.some((graph) => graph.nodes.some((node) => node.op.kind === 'If'));
  return branches ? 'MACs count the larger branch of each If.' : null;
}

/**
 * What a model is: `tinyml inspect`. `resolved` is the model after inferShapes, for callers that have it. Reads no
 * weights beyond small shape constants.
 */
export function inspect(model: Model, resolved: Model = inferShapes(model)): InspectAnswer {
  const macs = countMacs(resolved);
  const parameters = findParameters(resolved);
  const main = mainGraph(model);
  const notes = [macsNote(resolved, macs), branchNote(resolved), ...model.notes].filter((note) => note !== null);
  return {
    schemaVersion: SCHEMA_VERSION,
    notes,
    estimated: [],
    format: model.format,
    formatVersion: model.formatVersion,
    producer: model.producer,
    description: model.description,
    parameters: parameters.count,
    macs: macs[0]?.total ?? null,
    fileBytes: model.fileBytes,
    weightBytes: parameters.bytes,
    nodes: model.graphs.reduce((sum, graph) => sum + graph.nodes.length, 0),
    tensors: model.graphs.reduce((sum, graph) => sum + graph.tensors.filter((tensor) => !tensor.captured).length, 0),
    operators: operatorCounts(model),
    inputs: portsOf(
      main,
      main.inputs.filter((id) => !main.tensors[id]?.constant),
    ),
    outputs: portsOf(main, main.outputs),
    quantization: quantizationSummary(resolved),
  };
}
