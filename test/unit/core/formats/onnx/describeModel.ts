import { ModelError } from '../../../../../src/core/ir/errors';
import type { Graph } from '../../../../../src/core/ir/graph';
import type { Model } from '../../../../../src/core/ir/model';
import type { Tensor } from '../../../../../src/core/ir/tensor';

/** A model by names and values instead of places in a file: two files that mean the same have the same description. */
export function describeModel(model: Model): unknown {
  const { opsets, producer, description, metadata, formatVersion } = model;
  return { opsets, producer, description, metadata, formatVersion, graphs: model.graphs.map(describeGraph) };
}

function describeGraph(graph: Graph): unknown {
  const nameOf = (id: number | null): string | null => (id === null ? null : graph.tensors[id]!.name);
  return {
    name: graph.name,
    inputs: graph.inputs.map(nameOf),
    outputs: graph.outputs.map(nameOf),
    tensors: graph.tensors.map(describeTensor).sort((a, b) => (a.name < b.name ? -1 : 1)),
    nodes: graph.nodes.map(({ op, inputs, outputs, source: { op: name, domain, version, attributes, integer } }) => ({
      op,
      inputs: inputs.map(nameOf),
      outputs: outputs.map(nameOf),
      source: { name, domain, version, attributes, integer },
    })),
  };
}

function describeTensor({ name, dtype, shape, quantization, constant, isSparse, captured }: Tensor): {
  readonly name: string;
  readonly constant: string | null;
} {
  const described = { name, dtype, shape, quantization, isSparse, captured, constant: null as string | null };
  if (!constant) return described;
  try {
    return { ...described, constant: Buffer.from(constant.read()).toString('base64') };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { ...described, constant: error.reason };
  }
}
