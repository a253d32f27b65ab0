import type { LintSubject, RuleFinding } from './finding';

/** Float inputs or outputs around an integer model: the board converts at each inference and holds the wide copies. */
export function floatBorder({ model }: LintSubject): readonly RuleFinding[] {
  const graph = model.graphs[0];
  if (!graph) return [];
  const isFloat = (tensor: number): boolean => graph.tensors[tensor]?.dtype === 'float32';
  const quantizes = graph.nodes.some(
    (node) =>
      node.op.kind === 'Quantize' && node.inputs.some((id) => id !== null && graph.inputs.includes(id) && isFloat(id)),
  );
  const dequantizes = graph.nodes.some(
    (node) => node.op.kind === 'Dequantize' && node.outputs.some((id) => graph.outputs.includes(id) && isFloat(id)),
  );
  if (!quantizes && !dequantizes) return [];
  const where = quantizes && dequantizes ? 'Inputs and outputs are' : quantizes ? 'An input is' : 'An output is';
  const message = `${where} float32 around an integer model: int8 there saves memory and the conversions.`;
  return [{ rule: 'tinyml/float-border', severity: 'info', node: null, message }];
}
