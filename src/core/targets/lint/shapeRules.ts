import { formatShape, isStatic } from '../../ir/shape';
import { isTflm } from '../runtimes';
import type { LintSubject, RuleFinding } from './finding';

/** Free dimensions: TFLM takes the shape that the file states and has no way to change it. */
export function dynamicShape({ model, runtime }: LintSubject): readonly RuleFinding[] {
  if (model.format !== 'tflite' || !isTflm(runtime.id)) return [];
  const graph = model.graphs[0];
  const free = (graph?.inputs ?? []).flatMap((id) => {
    const tensor = graph?.tensors[id];
    return tensor && !isStatic(tensor.shape) ? [tensor] : [];
  });
  const [first] = free;
  if (!first) return [];
  const shape = formatShape(first.shape);
  // A free batch alone is how most converters write a model for one sample at a time.
  const isBatchAlone = first.shape?.slice(1).every((dim) => typeof dim === 'number') === true;
  const message = `Input "${first.name}" is ${shape}: TFLM cannot resize tensors and takes each free dimension as 1.`;
  return [{ rule: 'tinyml/dynamic-shape', severity: isBatchAlone ? 'info' : 'warning', node: null, message }];
}
