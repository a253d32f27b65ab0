import { need } from './kernel';
import { countOf } from './operand';

/** Elements from one index of a dimension to the next, row-major. */
export function stridesOf(shape: readonly number[]): readonly number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis -= 1) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/**
 * For each element of `output`, row-major, the element at `start + sum(index * stride)`: how a reshaped, broadcast,
 * sliced or transposed tensor reads its source.
 */
export function gatherIndices(output: readonly number[], strides: readonly number[], start = 0): Int32Array {
  const indices = new Int32Array(countOf(output));
  const position = new Array<number>(output.length).fill(0);
  let source = start;
  for (let index = 0; index < indices.length; index += 1) {
    indices[index] = source;
    for (let axis = output.length - 1; axis >= 0; axis -= 1) {
      position[axis]! += 1;
      source += strides[axis]!;
      if (position[axis]! < output[axis]!) break;
      source -= strides[axis]! * output[axis]!;
      position[axis] = 0;
    }
  }
  return indices;
}

/** Where each output element comes from under numpy's broadcasting; null when the shapes hold the same elements. */
export function broadcastIndices(input: readonly number[], output: readonly number[]): Int32Array | null {
  const offset = output.length - input.length;
  const extras = input.slice(0, Math.max(0, -offset));
  need(
    extras.every((dim) => dim === 1),
    'its operands do not broadcast',
  );
  const aligned = output.map((_, axis) => input[axis - offset] ?? 1);
  need(
    aligned.every((dim, axis) => dim === 1 || dim === output[axis]),
    'its operands do not broadcast',
  );
  if (aligned.every((dim, axis) => dim === output[axis])) return null;
  const strides = stridesOf(aligned).map((stride, axis) => (aligned[axis] === 1 ? 0 : stride));
  return gatherIndices(output, strides);
}
