import type { Node } from '../../../ir/graph';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import { checkTypes } from './broadcasting';
import type { Conversion } from './conversion';
import { convertBatchedGatherNd } from './elements';
import { identity } from './permutation';

/** Tuples of indices with negative ones counted from the front, as TFLite's kernels want them. */
function tuples(c: Conversion, id: TensorId, extents: readonly number[]): TensorId {
  const known = c.known(id) ?? c.reals(id);
  if (!known) throw new Refusal('its indices are known only at run time and may be negative', 'make them constants');
  const shape = c.shape(id);
  const width = shape.at(-1)!;
  const values = Array.from(known, (index, i) => (index < 0 ? index + extents[i % width]! : index));
  return c.draft.integers(values, shape);
}

export function convertGatherNd(c: Conversion, node: Node): void {
  const [x, indices, output] = [c.input(node, 0), c.input(node, 1), node.outputs[0]!];
  if (Number(node.source.attributes.batch_dims ?? 0) !== 0) {
    convertBatchedGatherNd(c, node);
    return;
  }
  const value = c.value(x);
  checkTypes(c, value, 'GATHER_ND', ['float32', 'int32', 'int64', 'uint8', 'int8', 'int16', 'quantized']);
  const at = tuples(c, indices, c.shape(x));
  c.define(output, c.emitLike(value, c.shape(output), 'GATHER_ND', [value, at]));
}

function convertTopK(c: Conversion, node: Node): void {
  const x = c.input(node, 0);
  const count = Number(node.source.attributes.k ?? c.known(c.optional(node, 1))?.[0] ?? NaN);
  if (Number.isNaN(count)) throw new Refusal('how many it takes is known only at run time', 'make K a constant');
  if (Number(node.source.attributes.largest ?? 1) === 0) throw new Refusal('it takes the smallest values');
  const shape = c.shape(x);
  const axis = c.axis(Number(node.source.attributes.axis ?? -1), shape.length);
  if (axis !== shape.length - 1) throw new Refusal('it is not along the last axis', 'transpose before and after it');
  const value = c.value(x);
  checkTypes(c, value, 'TOPK_V2', ['float32', 'int32', 'int64', 'uint8', 'int8']);
  const { dtype } = c.draft.tensor(value);
  const small = [...shape.slice(0, -1), count];
  const values = c.draft.activation('values', { dtype, shape: small });
  const places = c.draft.activation('places', { dtype: 'int32', shape: small });
  c.draft.node('TOPK_V2', [value, c.draft.integers([count], [])], [values, places], {});
  c.define(node.outputs[0]!, values);
  const second = node.outputs[1];
  if (second === undefined || !c.readers[second]) return;
  const attributes = { in_data_type: 'INT32', out_data_type: 'INT64' };
  c.define(second, c.emit('CAST', [places], { dtype: 'int64', shape: small }, attributes));
}

/** Negative indices count from the end in ONNX, and light nothing up in TFLite. */
function convertOneHot(c: Conversion, node: Node): void {
  const [indices, depthId, valuesId] = [c.input(node, 0), c.input(node, 1), c.input(node, 2)];
  const depth = (c.known(depthId) ?? c.reals(depthId))?.[0];
  const values = c.constant(valuesId);
  if (depth === undefined || !values) throw new Refusal('its depth or its values are known only at run time');
  if (values.dtype !== 'float32' && values.dtype !== 'int32') throw new Refusal(`values of type ${values.dtype}`);
  const rank = c.rank(indices) + 1;
  const axis = c.axis(Number(node.source.attributes.axis ?? -1), rank);
  const [off, on] = Array.from(c.reals(valuesId)!);
  const given = c.value(indices);
  const shape = c.draft.shape(given);
  const { dtype } = c.draft.tensor(given);
  const whole =
    dtype === 'int32'
      ? given
      : c.emit(
          'CAST',
          [given],
          { dtype: 'int32', shape },
          { in_data_type: dtype.toUpperCase(), out_data_type: 'INT32' },
        );
  const isNegative = c.emit('LESS', [whole, c.draft.integers([0], [])], { dtype: 'bool', shape });
  const none = { fused_activation_function: 'NONE', pot_scale_int16: false };
  const shifted = c.emitLike(whole, shape, 'ADD', [whole, c.draft.integers([depth], [])], none);
  const places = c.emitLike(whole, shape, 'SELECT_V2', [isNegative, shifted, whole]);
  const scalar = (value: number): TensorId =>
    values.dtype === 'int32' ? c.draft.integers([value], []) : c.draft.reals(`${value}`, [], Float32Array.of(value));
  const inputs = [places, c.draft.integers([depth], []), scalar(on!), scalar(off!)];
  const result = [...shape.slice(0, axis), depth, ...shape.slice(axis)];
  const made = c.emit('ONE_HOT', inputs, { dtype: values.dtype, shape: result }, { axis });
  c.define(node.outputs[0]!, made, identity(rank));
}

/** A triangle kept: the rest is multiplied away by a constant mask. */
function convertTrilu(c: Conversion, node: Node): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const diagonal = c.optional(node, 1) === null ? 0 : c.known(c.optional(node, 1))?.[0];
  if (diagonal === undefined) throw new Refusal('its diagonal is known only at run time', 'make it a constant');
  const shape = c.shape(x);
  const value = c.value(x);
  checkTypes(c, value, 'SELECT_V2', ['float32', 'int32', 'int64']);
  const [rows, columns] = shape.slice(-2) as [number, number];
  const isUpper = Number(node.source.attributes.upper ?? 1) !== 0;
  const mask = Uint8Array.from({ length: rows * columns }, (_, i) => {
    const offset = (i % columns) - Math.floor(i / columns);
    return (isUpper ? offset >= diagonal : offset <= diagonal) ? 1 : 0;
  });
  if (shape.length > 4 || shape.includes(0))
    throw new Refusal('a triangle of an empty tensor, or of more than four dimensions');
  const kept = c.draft.constant('triangle', 'bool', [rows, columns], mask);
  const { dtype } = c.draft.tensor(value);
  const zero = c.draft.constant('zero', dtype, [], new Uint8Array(dtype === 'int64' ? 8 : 4));
  c.define(output, c.emitLike(value, shape, 'SELECT_V2', [kept, value, zero]));
}

export const NAMED_INDEXING: Readonly<Record<string, (c: Conversion, node: Node) => void>> = {
  TopK: convertTopK,
  GatherND: convertGatherNd,
  OneHot: convertOneHot,
  Trilu: convertTrilu,
};
