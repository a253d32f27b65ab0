import type { ControlOp } from '../../../ir/ops/control';
import { namedOutput } from './namedOutput';
import type { NodeView, OpTable } from './nodeView';

export const CONTROL_OPS: OpTable = {
  If: (node) => withBodies(node, 'If', ['then_branch', 'else_branch']),
  Loop: (node) => withBodies(node, 'Loop', ['body']),
  Scan: (node) => withBodies(node, 'Scan', ['body']),
  QuantizeLinear: (node) => ({ kind: 'Quantize', ...namedOutput(node) }),
  DequantizeLinear: (node) => ({ kind: 'Dequantize', ...namedOutput(node) }),
};

function withBodies(node: NodeView, kind: 'If' | 'Loop' | 'Scan', names: readonly string[]): ControlOp | null {
  const bodies = names.flatMap((name) => node.bodies.get(name) ?? []);
  return bodies.length === names.length ? { kind, bodies } : null;
}
