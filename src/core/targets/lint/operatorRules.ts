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
 * Integer weights on float activations. TFLM's kernels refuse them when they are prepared: "hybrid" in
 * tensorflow/tflite-micro@90b983c2b:tensorflow/lite/micro/kernels/conv_common.cc and fully_connected.cc.
 */
export function hybridQuantization({ model, runtime }: LintSubject): readonly Finding[] {
  const graph = model.graphs[0];
  if (!graph || !isTflm(runtime.id)) return [];
  const hybrid = graph.nodes.filter((node) => {
    if (!takesWeights.has(node.op.kind)) return false;
    const [x, weights] = node.inputs.map((id) => (id === null ? undefined : graph.tensors[id]));
    return x?.dtype === 'float32' && weights?.constant && /^int(2|4|8)$/.test(weights.dtype);
  });
  const [first] = hybrid;
  if (!first) return [];
  const what = hybrid.length === 1 ? first.source.op : `${first.source.op} and ${hybrid.length - 1} more`;
  const message = `${what}: integer weights on float activations (hybrid quantization), which ${runtime.name} refuses to load. Quantize the float model to int8 instead.`;
  return [{ rule: 'tinyml/hybrid-quantization', severity: 'error', node: first.id, message }];
}
