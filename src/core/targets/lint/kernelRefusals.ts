import type { Node } from '../../ir/graph';
import type { Model } from '../../ir/model';
import type { Tensor } from '../../ir/tensor';
import { isTflm } from '../runtimes';
import type { LintCode } from './catalog';
import type { LintSubject, RuleFinding } from './finding';
import { refusalsOf, type Refusal } from './tflm/refusals';
import { isSized } from './tflm/kernelView';

/** Why TFLM's kernels refuse nodes that it has kernels for: one finding a reason, at its first node. */
export function kernelRefusals({ model, runtime }: LintSubject): readonly RuleFinding[] {
  if (model.format !== 'tflite' || !isTflm(runtime.id)) return [];
  const groups = new Map<string, { readonly rule: LintCode; readonly first: Refusal; count: number }>();
  for (const refusal of refusalsOf(model).filter(({ stage }) => stage !== 'resolve')) {
    const rule = codeOf(model, refusal);
    const key = [rule, refusal.operator, refusal.stage, refusal.isCertain, refusal.why].join('\n');
    const seen = groups.get(key);
    if (seen) seen.count += 1;
    else groups.set(key, { rule, first: refusal, count: 1 });
  }
  const found = [...groups.values()];
  // A tensor without a size is told once: by the kernel that refuses it, if there is one.
  const isTold = found.some(({ rule, first }) => rule === 'tinyml/tensor-type' && first.node !== null);
  const told = found.filter(({ first }) => !isTold || first.node !== null);
  return told.map(({ rule, first, count }) => ({
    rule,
    severity: first.isCertain ? 'error' : 'warning',
    node: first.graph === 0 ? first.node : null,
    message: sentence(first, count, runtime.name),
  }));
}

function sentence({ operator, why, stage, aborts, isCertain }: Refusal, count: number, runtime: string): string {
  if (operator === '') return `${runtime} will not load the model: ${why}`;
  const which = count === 1 ? operator : `${operator} and ${count - 1} more`;
  if (!isCertain) return `${which}: ${why}, and ${runtime} may then fail at run time.`;
  const loads = stage === 'invoke' ? 'loads the model and fails to run it' : 'will not load the model';
  return `${which}: ${why}. ${runtime} ${aborts ? 'stops on an assertion' : loads}.`;
}

function operandsOf(
  model: Model,
  { graph, node }: Refusal,
): { node: Node | undefined; tensors: (Tensor | undefined)[] } {
  const found = node === null ? undefined : model.graphs[graph]?.nodes[node];
  const ids = found ? [...found.inputs, ...found.outputs] : [];
  return { node: found, tensors: ids.map((id) => (id === null ? undefined : model.graphs[graph]?.tensors[id])) };
}

/** The code that says best what is wrong: a way to quantize, a type, or just the kernel's own rule. */
function codeOf(model: Model, refusal: Refusal): LintCode {
  if (!refusal.isCertain) return 'tinyml/depends-on-values';
  const { node, tensors } = operandsOf(model, refusal);
  if (refusal.node === null || tensors.some((tensor) => tensor !== undefined && !isSized(tensor.dtype))) {
    return 'tinyml/tensor-type';
  }
  const [first] = tensors;
  const weights = tensors.slice(1, node?.inputs.length).filter((tensor) => tensor?.constant);
  if (first?.dtype === 'float32' && weights.some((tensor) => /^int[248]$/.test(tensor?.dtype ?? ''))) {
    return 'tinyml/hybrid-quantization';
  }
  const dtypes = tensors.map((tensor) => tensor?.dtype);
  if (dtypes.includes('float16')) return 'tinyml/float16-weights';
  if (dtypes.includes('uint8')) return 'tinyml/uint8-quantization';
  return refusal.stage === 'invoke' ? 'tinyml/invoke-fails' : 'tinyml/kernel-refuses';
}
