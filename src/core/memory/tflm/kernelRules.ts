import type { Graph } from '../../ir/graph';
import type { Model } from '../../ir/model';
import { cmsisNnRules } from './cmsisNn/cmsisNnRules';
import { espNnRules } from './espNn/espNnRules';
import { isEspNn } from './espNn/espNnSet';
import { KernelNode } from './kernelNode';
import type { KernelRequests, KernelRule, KernelSet, ModelRequests } from './kernelRequests';
import { UnknownRequests } from './kernelRequests';
import { referenceRules } from './reference/referenceRules';

/**
 * What TFLM's kernels of this set ask of the arena for each node of a model whose shapes are inferred. Throws
 * UnknownRequests, naming the operator, where that is not known.
 */
export function requestsOf(model: Model, kernels: KernelSet): ModelRequests {
  const rules = rulesOf(kernels);
  const met = new Set<string>();
  return model.graphs.map((graph) => graph.nodes.map((_, index) => requestsOfNode(graph, index, rules, met)));
}

function requestsOfNode(
  graph: Graph,
  index: number,
  rules: ReadonlyMap<string, KernelRule>,
  met: Set<string>,
): KernelRequests {
  const node = graph.nodes[index]!;
  const rule = rules.get(node.source.op);
  if (!rule) throw new UnknownRequests(`What ${node.source.op} asks of the arena is not known.`);
  return rule(new KernelNode(graph, node, met));
}

function rulesOf(kernels: KernelSet): ReadonlyMap<string, KernelRule> {
  if (kernels === 'reference') return referenceRules;
  const own = isEspNn(kernels) ? espNnRules(kernels) : cmsisNnRules(kernels);
  return new Map([...referenceRules, ...own]);
}
