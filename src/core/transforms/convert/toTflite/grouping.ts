import type { Node } from '../../../ir/graph';
import type { TensorId } from '../../../ir/tensor';
import type { Conversion } from './conversion';

/** What is to be known of operators over volumes. */
export const VOLUME_NOTE =
  'Convolutions over three dimensions have a kernel in TensorFlow Lite, and none in TensorFlow Lite Micro.';

/** The channels of one group. */
export function channelsOf(
  c: Conversion,
  id: TensorId,
  use: { readonly groups: number; readonly index: number },
): TensorId {
  const shape = c.draft.shape(id);
  const count = shape.at(-1)! / use.groups;
  const part = [...shape.slice(0, -1), count];
  const begin = [...shape.slice(0, -1).map(() => 0), use.index * count];
  return c.emitLike(id, part, 'SLICE', [id, c.draft.integers(begin), c.draft.integers(part)]);
}

/** Groups side by side again. */
export function joined(c: Conversion, parts: readonly TensorId[]): TensorId {
  const shape = c.draft.shape(parts[0]!);
  const channels = parts.reduce((sum, id) => sum + c.draft.shape(id).at(-1)!, 0);
  const attributes = { axis: shape.length - 1, fused_activation_function: 'NONE' };
  return c.emitLike(parts[0]!, [...shape.slice(0, -1), channels], 'CONCATENATION', parts, attributes);
}

/** The bias of all groups at once. */
export function withBias(c: Conversion, node: Node, made: TensorId): TensorId {
  const id = c.optional(node, 2);
  if (id === null) return made;
  const attributes = { fused_activation_function: 'NONE', pot_scale_int16: false };
  return c.emitLike(made, c.draft.shape(made), 'ADD', [made, c.value(id)], attributes);
}
