import { isTflm } from '../runtimes';
import operators from '../operators.json';
import type { LintSubject, RuleFinding } from './finding';
import { hasKernel } from './tflm/kernelChecks';

const methods: Readonly<Record<string, string>> = operators.tflm.methods;

/** The resolver that a firmware for this model needs: `MicroMutableOpResolver<N>` and its calls. */
export function resolverList({ model, runtime }: LintSubject): readonly RuleFinding[] {
  if (model.format !== 'tflite' || !isTflm(runtime.id)) return [];
  const calls = new Set<string>();
  for (const { source } of model.graphs.flatMap(({ nodes }) => nodes)) {
    const isCustom = source.domain === 'custom';
    const method = hasKernel(source.op, isCustom) || source.op === 'ethos-u' ? methods[source.op] : undefined;
    if (method) calls.add(`${method}()`);
    else if (isCustom) calls.add(`AddCustom("${source.op}", …)`);
  }
  if (calls.size === 0) return [];
  const message = `The resolver needs ${calls.size}: MicroMutableOpResolver<${calls.size}> with ${[...calls].sort().join(', ')}.`;
  return [{ rule: 'tinyml/resolver', severity: 'info', node: null, message }];
}

/** Variables outlive an inference outside of the interpreter: the firmware creates their table. */
export function resourceVariables({ model, runtime }: LintSubject): readonly RuleFinding[] {
  if (model.format !== 'tflite' || !isTflm(runtime.id)) return [];
  const handles = model.graphs.flatMap(({ nodes }, graph) =>
    nodes.flatMap(({ id, op }) => (op.kind === 'VarHandle' ? [{ id, graph, resource: op.resource }] : [])),
  );
  const [first] = handles;
  if (!first) return [];
  const count = new Set(handles.map(({ resource }) => resource)).size;
  const message = `The model keeps ${count === 1 ? 'a variable' : `${count} variables`}: without MicroResourceVariables for ${count} or more, TFLM will not load it.`;
  const node = first.graph === 0 ? first.id : null;
  return [{ rule: 'tinyml/resource-variables', severity: 'info', node, message }];
}
