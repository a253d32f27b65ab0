import type { Node } from '../../ir/graph';
import type { Model } from '../../ir/model';
import type { Tensor } from '../../ir/tensor';
import { isPerChannel } from '../../ir/quantization';
import { isTflm } from '../runtimes';
import type { LintSubject, RuleFinding } from './finding';

/** Operands of the main graph's nodes that meet a condition: how many nodes, and the first. */
function nodesWith(
  model: Model,
  matches: (tensor: Tensor, node: Node) => boolean,
): { first: Node; count: number } | null {
  const graph = model.graphs[0];
  const found = (graph?.nodes ?? []).filter((node) =>
    node.inputs.some((id) => {
      const tensor = id === null ? undefined : graph?.tensors[id];
      return tensor !== undefined && matches(tensor, node);
    }),
  );
  return found[0] ? { first: found[0], count: found.length } : null;
}

function named({ first, count }: { first: Node; count: number }): string {
  return count === 1 ? first.source.op : `${first.source.op} and ${count - 1} more`;
}

function runsOnTflm({ model, runtime }: LintSubject): boolean {
  return model.format === 'tflite' && isTflm(runtime.id);
}

/**
 * Dense layers with a scale for each channel, which converters give since 2024. TFLM computed them wrongly, then refused
 * them from 2024-05-28 (pull request 2602), and computes them since 2024-09-24 (pull request 2673).
 */
export function perChannelFullyConnected(subject: LintSubject): readonly RuleFinding[] {
  if (!runsOnTflm(subject)) return [];
  const found = nodesWith(
    subject.model,
    (tensor, { op }) =>
      op.kind === 'FullyConnected' &&
      tensor.constant !== null &&
      /^int(4|8)$/.test(tensor.dtype) &&
      tensor.quantization !== null &&
      isPerChannel(tensor.quantization),
  );
  if (!found) return [];
  const message = `${named(found)}: per-channel weights, which TFLM computes since tflite-micro pull request 2673 of 2024-09-24. Older copies refuse them or, before 2024-05-28, give wrong results.`;
  return [{ rule: 'tinyml/per-channel-fully-connected', severity: 'info', node: found.first.id, message }];
}

/** Compressed sparse weights: TFLM does not look at the sparsity and reads them as if they were dense. */
export function sparseWeights(subject: LintSubject): readonly RuleFinding[] {
  if (!runsOnTflm(subject)) return [];
  const found = nodesWith(subject.model, ({ isSparse }, { op }) => isSparse === true && op.kind !== 'Opaque');
  if (!found) return [];
  const message = `${named(found)}: sparse weights. TFLM reads them as dense ones, past their end, and gives wrong results.`;
  return [{ rule: 'tinyml/sparse-weights', severity: 'warning', node: found.first.id, message }];
}

/** Scales in tensors of their own: TFLM sees no scale at all. */
export function blockwiseQuantization(subject: LintSubject): readonly RuleFinding[] {
  if (!runsOnTflm(subject)) return [];
  const found = nodesWith(subject.model, ({ quantization }) => quantization?.scaleTensor !== undefined);
  if (!found) return [];
  const message = `${named(found)}: blockwise scales. TFLM does not read them and takes the tensor as not quantized.`;
  return [{ rule: 'tinyml/blockwise-quantization', severity: 'warning', node: found.first.id, message }];
}
