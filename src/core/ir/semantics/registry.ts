import type { Node } from '../graph';
import type { Op, OpKind } from '../ops/op';
import { activation } from './activation';
import { controlFlow } from './control';
import { convolution } from './convolution';
import type { Definitions, OpDefinition, Role } from './definition';
import { dense } from './dense';
import { elementwise } from './elementwise';
import { gathering } from './gathering';
import { joining } from './joining';
import { making } from './making';
import { normalization } from './normalization';
import { pooling } from './pooling';
import { recurrent } from './recurrent';
import { reduction } from './reduction';
import { reshaping } from './reshaping';
import { resizing } from './resizing';
import { slicing } from './slicing';

/**
 * Every operator of the vocabulary. To add one: give it a type in ir/ops and a definition in its family here; the
 * compiler says what is missing.
 */
const definitions: Definitions<OpKind> = {
  ...convolution,
  ...pooling,
  ...dense,
  ...elementwise,
  ...activation,
  ...reshaping,
  ...joining,
  ...gathering,
  ...resizing,
  ...slicing,
  ...making,
  ...reduction,
  ...normalization,
  ...recurrent,
  ...controlFlow,
};

/** The definition of an operator's kind. */
export function definitionOf(op: Op): OpDefinition<Op> {
  return definitions[op.kind];
}

/** What input `index` is to its node. */
export function roleOf(node: Node, index: number): Role {
  const roles = definitionOf(node.op).roles?.(node.op, node) ?? [];
  return roles[Math.min(index, roles.length - 1)] ?? 'input';
}
