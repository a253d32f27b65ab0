import { isTflm } from '../runtimes';
import { operatorSupport } from '../operatorSupport';
import type { Finding, LintSubject } from './finding';

/** The runtime has no kernel for an operator of the model: one finding an operator, at its first node. */
export function missingOperator({ model, runtime }: LintSubject): readonly Finding[] {
  const support = operatorSupport(runtime.id);
  if (!support) return [];
  if (model.format !== 'tflite') {
    const message = `${runtime.name} runs .tflite models: convert this one first.`;
    return [{ rule: 'tinyml/format-not-taken', severity: 'warning', node: null, message }];
  }
  const missing = new Map<string, { node: number | null; count: number }>();
  for (const [index, graph] of model.graphs.entries()) {
    for (const { id, source } of graph.nodes) {
      if (support.operators.has(source.op)) continue;
      const seen = missing.get(source.op);
      if (seen) seen.count += 1;
      else missing.set(source.op, { node: index === 0 ? id : null, count: 1 });
    }
  }
  return [...missing].map(([op, { node, count }]) => ({
    rule: 'tinyml/missing-operator',
    severity: 'error',
    node,
    message: `${runtime.name} has no ${op}${count > 1 ? ` (${count} nodes)` : ''}: the model will not load (${support.source}).`,
  }));
}

const takesWeights = new Set(['Conv1d', 'Conv2d', 'DepthwiseConv2d', 'TransposeConv2d', 'FullyConnected', 'Svdf']);

/**
 * Weights that TFLM's kernels refuse when they are prepared. Source: the checks of input and filter types in
 * tensorflow/tflite-micro@90b983c2b:tensorflow/lite/micro/kernels/conv_common.cc and fully_connected.cc.
 */
const refusals = [
  {
    rule: 'tinyml/hybrid-quantization',
    what: 'integer weights on float activations (hybrid quantization)',
    activations: /^float32$/,
    weights: /^int(2|4|8)$/,
  },
  {
    rule: 'tinyml/uint8-quantization',
    what: 'the unsigned 8-bit quantization of older TensorFlow',
    activations: /^uint8$/,
    weights: /^uint8$/,
  },
] as const;

/** Operators whose weights are of a type that TFLM does not compute with: one finding a kind of refusal. */
export function refusedWeights({ model, runtime }: LintSubject): readonly Finding[] {
  const graph = model.graphs[0];
  if (!graph || !isTflm(runtime.id)) return [];
  return refusals.flatMap(({ rule, what, activations, weights }) => {
    const refused = graph.nodes.filter((node) => {
      if (!takesWeights.has(node.op.kind)) return false;
      const [x, w] = node.inputs.map((id) => (id === null ? undefined : graph.tensors[id]));
      return x && w?.constant && activations.test(x.dtype) && weights.test(w.dtype);
    });
    const [first] = refused;
    if (!first) return [];
    const which = refused.length === 1 ? first.source.op : `${first.source.op} and ${refused.length - 1} more`;
    const message = `${which}: ${what}, which ${runtime.name} refuses to load. Quantize the float model to int8 instead.`;
    return [{ rule, severity: 'error', node: first.id, message }];
  });
}
