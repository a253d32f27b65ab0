import type { Graph, Node } from '../../ir/graph';
import type { LintCode } from './catalog';
import { isTflm } from '../runtimes';
import { operatorSupport } from '../operatorSupport';
import { newestVersion } from './operatorVersions';
import type { LintSubject, RuleFinding } from './finding';

/** The runtime reads another format. */
export function formatNotTaken({ model, runtime }: LintSubject): readonly RuleFinding[] {
  if (!operatorSupport(runtime.id) || model.format === 'tflite') return [];
  const message = `${runtime.name} runs .tflite models: convert this one first.`;
  return [{ rule: 'tinyml/format-not-taken', severity: 'warning', node: null, message }];
}

/** Nodes of the same kind: the first of the main graph stands for them. */
interface Group {
  node: number | null;
  count: number;
}

/** Nodes of every graph by a key; those without one are left out. */
function groups(graphs: readonly Graph[], keyOf: (node: Node) => string | null): ReadonlyMap<string, Group> {
  const found = new Map<string, Group>();
  for (const [index, graph] of graphs.entries()) {
    for (const node of graph.nodes) {
      const key = keyOf(node);
      if (key === null) continue;
      const seen = found.get(key);
      if (seen) seen.count += 1;
      else found.set(key, { node: index === 0 ? node.id : null, count: 1 });
    }
  }
  return found;
}

/** The runtime has no kernel for an operator of the model: one finding an operator, at its first node. */
export function missingOperator({ model, runtime }: LintSubject): readonly RuleFinding[] {
  const support = operatorSupport(runtime.id);
  if (!support || model.format !== 'tflite') return [];
  const missing = groups(model.graphs, ({ source: { op, domain } }) => {
    const isMissing = !support.operators.has(op) || (op === 'ethos-u' && domain === 'custom');
    return isMissing ? op : null;
  });
  return [...missing].map(([op, { node, count }]) => {
    const what = `${op}${count > 1 ? ` (${count} nodes)` : ''}`;
    const message = `${runtime.name} has no ${what}: the model will not load (${support.source}).`;
    if (op !== 'ethos-u') return { rule: missingCode(op), severity: 'error', node, message };
    const needs = `${what} runs on an Ethos-U NPU: a build without its driver will not load the model.`;
    return { rule: missingCode(op), severity: 'error', node, message: needs };
  });
}

function missingCode(operator: string): LintCode {
  if (operator === 'ethos-u') return 'tinyml/ethos-u-operator';
  if (operator === 'STABLEHLO_COMPOSITE') return 'tinyml/composite-operator';
  return operator.startsWith('Flex') ? 'tinyml/flex-operator' : 'tinyml/missing-operator';
}

/** A version of an operator from after the runtime was written: nothing checks it, and it may mean something else. */
export function operatorVersion({ model, runtime }: LintSubject): readonly RuleFinding[] {
  if (model.format !== 'tflite' || !isTflm(runtime.id)) return [];
  const newer = groups(model.graphs, ({ source: { op, domain, version } }) =>
    domain !== 'custom' && operatorSupport(runtime.id)?.operators.has(op) === true && version > newestVersion(op)
      ? `${op} version ${version}`
      : null,
  );
  return [...newer].map(([what, { node }]) => {
    const known = newestVersion(what.slice(0, what.indexOf(' ')));
    const message = `${what} is newer than ${known}, the newest that is known: TFLM checks no versions and may compute it as an older one.`;
    return { rule: 'tinyml/operator-version', severity: 'warning', node, message };
  });
}

/** A loop in the graph: what recurrent layers become that no fused operator was found for. */
export function loops({ model, runtime }: LintSubject): readonly RuleFinding[] {
  if (model.format !== 'tflite' || !isTflm(runtime.id)) return [];
  const [found] = groups(model.graphs, ({ op }) => (op.kind === 'While' ? 'WHILE' : null)).values();
  if (!found) return [];
  const count = found.count === 1 ? 'A WHILE loop' : `${found.count} WHILE loops`;
  const message = `${count}: often a recurrent layer that was not fused. Each turn copies its tensors and runs two graphs, and the arena holds them all.`;
  return [{ rule: 'tinyml/loop', severity: 'warning', node: found.node, message }];
}
