import type { Pad } from '../../../ir/ops/rearrange';
import { stridesOf } from '../broadcast';
import { need, refuse, refuseTypes, type KernelContext, type KernelTable, type Run } from '../kernel';
import type { Operand } from '../operand';

/** PAD, PADV2 and MIRROR_PAD. Source: TFLM kernels pad.cc and mirror_pad.cc. */

/** Where an output index comes from along one axis; -1 for a constant. */
function sourceIndex(mode: Pad['mode'], index: number, extent: number): number {
  if (index >= 0 && index < extent) return index;
  const skip = mode === 'reflect' ? 1 : 0;
  if (mode !== 'reflect' && mode !== 'symmetric') return -1;
  return index < 0 ? -index - 1 + skip : 2 * extent - 1 - skip - index;
}

/** Source of each output element, -1 where it is padding. */
function padIndices(op: Pad, input: Operand, output: Operand, before: readonly number[]): Int32Array {
  const strides = stridesOf(input.shape);
  let indices = Int32Array.of(0);
  for (let axis = 0; axis < output.rank; axis += 1) {
    const extent = input.shape[axis]!;
    const sources = Array.from({ length: output.shape[axis]! }, (_, i) =>
      sourceIndex(op.mode, i - before[axis]!, extent),
    );
    need(
      sources.every((source) => source < extent),
      'it mirrors more than its input has',
    );
    const next = new Int32Array(indices.length * sources.length);
    for (let i = 0; i < indices.length; i += 1) {
      for (const [j, source] of sources.entries()) {
        const at = indices[i]!;
        next[i * sources.length + j] = at < 0 || source < 0 ? -1 : at + source * strides[axis]!;
      }
    }
    indices = next;
  }
  return indices;
}

function prepare(context: KernelContext<Pad>): Run {
  const { op } = context;
  const input = context.input(0);
  const output = context.output();
  const before = op.before ?? refuse('its paddings are not constants');
  const after = op.after ?? refuse('its paddings are not constants');
  need(op.mode !== 'edge' && op.mode !== 'wrap', `${op.mode} padding has no kernel`);
  if (input.dtype === 'int64' || input.dtype === 'uint64') return refuseTypes(context);
  need(input.dtype === output.dtype && input.rank === output.rank, 'its output does not fit its input');
  need(before.length === input.rank && after.length === input.rank, 'its paddings do not fit its input');
  need(
    output.shape.every((dim, axis) => before[axis]! >= 0 && dim === input.shape[axis]! + before[axis]! + after[axis]!),
    'its output does not fit its paddings',
  );
  const indices = padIndices(op, input, output, before);
  const value = op.mode === 'constant' ? context.optional(2) : null;
  need(value === null || value.count === 1, 'its padding value is not one number');
  const zero = input.dtype === 'int8' ? output.zeroPoint : 0;
  return () => {
    const from = input.numbers;
    const to = output.numbers;
    const padding = value ? value.numbers[0]! : zero;
    for (let i = 0; i < indices.length; i += 1) {
      const source = indices[i]!;
      to[i] = source < 0 ? padding : from[source]!;
    }
  };
}

export const paddingKernels: KernelTable = { Pad: prepare };
