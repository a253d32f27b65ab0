import { ModelError } from '../../ir/errors';
import type { Node } from '../../ir/graph';
import type { Variable } from '../../ir/ops/control';
import type { LowerContext } from './lowerContext';

/** A resource variable becomes an input with its value before the inference, and an output with that after it. */
export function lowerVariable(context: LowerContext, node: Node, op: Variable): void {
  if (context.states === null)
    throw new ModelError('unsupported-operator', `${node.source.op} keeps state from one inference to the next.`);
  const key = resourceOf(context, node, op);
  if (op.kind === 'ReadVariable') {
    const output = node.outputs[0]!;
    context.alias(output, context.states.before(key, output), 'file');
  } else if (op.kind === 'AssignVariable') {
    const value = node.inputs[1]!;
    context.states.after(key, context.value(value), value);
  }
}

/** The name that the handle was made with. */
function resourceOf(context: LowerContext, node: Node, op: Variable): string {
  if (op.kind === 'VarHandle') return op.resource;
  const maker = context.graph.nodes.find(({ outputs }) => outputs.includes(node.inputs[0]!));
  return maker?.op.kind === 'VarHandle' ? maker.op.resource : context.tensor(node.inputs[0]!).name;
}

/** What sets variables before the first inference: their start is told beside the file. */
export function lowerCallOnce(context: LowerContext, node: Node): void {
  if (context.states === null)
    throw new ModelError('unsupported-operator', `${node.source.op} prepares state for later inferences.`);
}
