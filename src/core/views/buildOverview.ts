import { inspect, operatorName } from '../answers/inspect';
import { countMacs } from '../ir/macs';
import { mainGraph, type Model } from '../ir/model';
import { formatShape } from '../ir/shape';
import type { ModelOverview, OperatorShare, StoredTensorView } from './overviewView';

function addMacs(sum: number | null, macs: number | null): number | null {
  return sum === null || macs === null ? null : sum + macs;
}

/** Operators of all graphs by name and version, most MACs first, then most frequent. */
function operatorShares(model: Model): readonly OperatorShare[] {
  const counts = countMacs(model);
  const shares = new Map<string, OperatorShare>();
  for (const [index, graph] of model.graphs.entries()) {
    for (const node of graph.nodes) {
      const op = operatorName(node);
      const { version } = node.source;
      const key = `${version} ${op}`;
      const before = shares.get(key) ?? { op, version, count: 0, macs: 0 };
      const macs = addMacs(before.macs, counts[index]?.nodes[node.id] ?? null);
      shares.set(key, { op, version, count: before.count + 1, macs });
    }
  }
  // What is not known stands first: it may be the most.
  return [...shares.values()].sort(
    (a, b) => (b.macs ?? Number.MAX_VALUE) - (a.macs ?? Number.MAX_VALUE) || b.count - a.count,
  );
}

/** Rows of the list of tensors; a language model has some hundreds. */
const SHOWN_TENSORS = 1000;

/** What there is to show of a file that holds weights only. */
function storedTensors(model: Model): readonly StoredTensorView[] {
  if (model.graphs.some((graph) => graph.nodes.length > 0)) return [];
  return mainGraph(model)
    .tensors.slice(0, SHOWN_TENSORS)
    .map(({ name, dtype, shape, constant }) => ({
      name,
      dtype,
      shape: formatShape(shape),
      bytes: constant?.storedBytes ?? 0,
    }));
}

/**
 * What the Overview shows. `model` is the file as read, `resolved` the same after inferShapes, `quantizeRefusal` why
 * Quantize would not take it. Linear in nodes; reads no weights.
 */
export function buildOverview(model: Model, resolved: Model, quantizeRefusal: string | null): ModelOverview {
  return {
    inspect: inspect(model, resolved),
    graphs: model.graphs.map(({ name, nodes }) => ({ name, nodes: nodes.length })),
    signatures: model.signatures.map(({ key, inputs, outputs }) => ({
      key,
      inputs: Object.keys(inputs),
      outputs: Object.keys(outputs),
    })),
    metadata: model.metadata.map(({ name, byteLength, text }) => ({ name, byteLength, text })),
    opsets: model.opsets,
    operatorShares: operatorShares(resolved),
    quantizeRefusal,
    readOnly: model.readOnly ?? null,
    storedTensors: storedTensors(model),
  };
}
