import type { Node } from '../../../ir/graph';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import { checkTypes } from './broadcasting';
import { packNumbers, type Conversion } from './conversion';
import { viewOf } from './nodeViews';

/** Picks and writes of single elements, told as one GATHER from the flat tensor. */

const PICKED = ['float32', 'int32', 'int64', 'uint8', 'int8', 'int16', 'bool', 'quantized'];

/** Updates that meet at one place, at most: each round is a GATHER and an operator. */
const MAX_ROUNDS = 16;

const count = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

function stridesOf(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => count(shape.slice(axis + 1)));
}

/** For each element of `shape`, the place of its coordinates in a tensor of `strides`, one axis left out. */
function basesOf(shape: readonly number[], strides: readonly number[], without: number): readonly number[] {
  const own = stridesOf(shape);
  return Array.from({ length: count(shape) }, (_, at) =>
    shape.reduce(
      (sum, dim, axis) => (axis === without ? sum : sum + (Math.floor(at / own[axis]!) % dim) * strides[axis]!),
      0,
    ),
  );
}

const inRange = (index: number, extent: number): number => (index < 0 ? index + extent : index);

function knownIndices(c: Conversion, id: TensorId): readonly number[] | null {
  return c.known(id) ?? (c.constant(id) ? Array.from(c.reals(id)!) : null);
}

export function convertGatherElements(c: Conversion, node: Node): void {
  const [x, indices, output] = [c.input(node, 0), c.input(node, 1), node.outputs[0]!];
  const [from, shape] = [c.shape(x), c.shape(indices)];
  const axis = c.axis(viewOf(c, node).number('axis', 0), from.length);
  const value = c.value(x);
  checkTypes(c, value, 'GATHER', PICKED);
  const strides = stridesOf(from);
  const bases = basesOf(shape, strides, axis);
  const known = knownIndices(c, indices);
  const at = known
    ? c.draft.integers(
        known.map((index, i) => bases[i]! + inRange(index, from[axis]!) * strides[axis]!),
        shape,
      )
    : placesAtRunTime(c, indices, { bases, stride: strides[axis]!, extent: from[axis]! });
  const flat = c.reshape(value, [count(from)]);
  c.define(output, c.emitLike(flat, shape, 'GATHER', [flat, at], { axis: 0, batch_dims: 0 }));
}

/** The places of indices that are computed: brought into range, times the stride of their axis, plus the rest. */
function placesAtRunTime(
  c: Conversion,
  indices: TensorId,
  use: { readonly bases: readonly number[]; readonly stride: number; readonly extent: number },
): TensorId {
  const given = c.value(indices);
  checkTypes(c, given, 'GATHER', ['int32', 'int64']);
  const { dtype, name } = c.draft.tensor(given);
  // Flat, since kernels broadcast over few dimensions.
  const shape = [use.bases.length];
  const value = c.reshape(given, shape);
  const list = (title: string, numbers: readonly number[], dims: readonly number[]): TensorId =>
    c.draft.constant(`${name}/${title}`, dtype, dims, packNumbers(numbers, dtype));
  const none = { fused_activation_function: 'NONE' };
  const whole = c.emitLike(value, shape, 'FLOOR_MOD', [value, list('extent', [use.extent], [])]);
  const stepped = c.emitLike(value, shape, 'MUL', [whole, list('stride', [use.stride], [])], none);
  const places = c.emitLike(value, shape, 'ADD', [stepped, list('rows', use.bases, shape)], {
    ...none,
    pot_scale_int16: false,
  });
  return c.reshape(places, c.shape(indices));
}

export function convertScatterElements(c: Conversion, node: Node): void {
  const shape = c.shape(c.input(node, 0));
  const at = c.shape(c.input(node, 1));
  const view = viewOf(c, node);
  const axis = c.axis(view.number('axis', 0), shape.length);
  const strides = stridesOf(shape);
  const bases = basesOf(at, strides, axis);
  const known = constantIndices(c, c.input(node, 1));
  const places = known.map((index, i) => bases[i]! + inRange(index, shape[axis]!) * strides[axis]!);
  written(c, node, places, view.text('reduction', 'none'));
}

export function convertScatterNd(c: Conversion, node: Node): void {
  const shape = c.shape(c.input(node, 0));
  const indices = c.input(node, 1);
  const known = constantIndices(c, indices);
  const width = c.shape(indices).at(-1)!;
  const strides = stridesOf(shape);
  const run = count(shape.slice(width));
  const rows = Array.from({ length: known.length / width }, (_, row) =>
    Array.from({ length: width }, (__, i) => inRange(known[row * width + i]!, shape[i]!) * strides[i]!),
  );
  const places = rows.flatMap((row) => {
    const start = row.reduce((sum, place) => sum + place, 0);
    return Array.from({ length: run }, (_, i) => start + i);
  });
  written(c, node, places, viewOf(c, node).text('reduction', 'none'));
}

function constantIndices(c: Conversion, id: TensorId): readonly number[] {
  const known = knownIndices(c, id);
  if (!known) {
    const fix = 'make them constants, or write with a Where over a mask';
    throw new Refusal("where it writes is known only at run time, and TFLite's SCATTER_ND adds up over zeros", fix);
  }
  return known;
}

/** The input with updates at known places: the last one counts, or all of them are joined by a reduction. */
function written(c: Conversion, node: Node, places: readonly number[], reduction: string): void {
  const output = node.outputs[0]!;
  const [value, updates] = [c.value(c.input(node, 0)), c.value(c.input(node, 2))];
  checkTypes(c, value, 'GATHER', reduction === 'none' ? PICKED : ['float32', 'int32']);
  const shape = c.draft.shape(value);
  const size = count(shape);
  const flat = c.reshape(value, [size]);
  const more = c.reshape(updates, [places.length]);
  if (reduction === 'none') {
    const from = Array.from({ length: size }, (_, i) => i);
    places.forEach((place, i) => (from[place] = size + i));
    const both = joined(c, [flat, more], size + places.length);
    const at = c.draft.integers(from, shape);
    c.define(output, c.emitLike(flat, shape, 'GATHER', [both, at], { axis: 0, batch_dims: 0 }));
    return;
  }
  const rule = REDUCTIONS[reduction];
  if (!rule) throw new Refusal(`a reduction ${reduction}`);
  const { dtype } = c.draft.tensor(value);
  const neutral = c.draft.constant('neutral', dtype, [1], packNumbers([rule.neutral(dtype === 'int32')], dtype));
  const table = joined(c, [more, neutral], places.length + 1);
  const none = rule.fuses ? { fused_activation_function: 'NONE' } : {};
  const made = roundsOf(places, size).reduce((sum, from) => {
    const picked = c.emitLike(table, [size], 'GATHER', [table, c.draft.integers(from)], { axis: 0, batch_dims: 0 });
    return c.emitLike(flat, [size], rule.op, [sum, picked], none);
  }, flat);
  c.define(output, c.reshape(made, shape));
}

interface Reduction {
  readonly op: string;
  readonly fuses: boolean;
  readonly neutral: (isInteger: boolean) => number;
}

const REDUCTIONS: Readonly<Record<string, Reduction>> = {
  add: { op: 'ADD', fuses: true, neutral: () => 0 },
  mul: { op: 'MUL', fuses: true, neutral: () => 1 },
  max: { op: 'MAXIMUM', fuses: false, neutral: (isInteger) => (isInteger ? -(2 ** 31) : -Infinity) },
  min: { op: 'MINIMUM', fuses: false, neutral: (isInteger) => (isInteger ? 2 ** 31 - 1 : Infinity) },
};

/** Which update each place takes in each round; the one behind the last where it takes none. */
function roundsOf(places: readonly number[], size: number): readonly (readonly number[])[] {
  const rounds: number[][] = [];
  const taken = new Int32Array(size);
  places.forEach((place, i) => {
    const round = taken[place]!++;
    if (round >= MAX_ROUNDS) throw new Refusal(`more than ${MAX_ROUNDS} updates of one place`);
    const from = (rounds[round] ??= new Array<number>(size).fill(places.length));
    from[place] = i;
  });
  return rounds;
}

function joined(c: Conversion, parts: readonly TensorId[], length: number): TensorId {
  const attributes = { axis: 0, fused_activation_function: 'NONE' };
  return c.emitLike(parts[0]!, [length], 'CONCATENATION', parts, attributes);
}

/** Tuples after dimensions that both sides share: one GATHER of the runs that they name. */
export function convertBatchedGatherNd(c: Conversion, node: Node): void {
  const [x, indices, output] = [c.input(node, 0), c.input(node, 1), node.outputs[0]!];
  const batch = viewOf(c, node).number('batch_dims', 0);
  const [from, at] = [c.shape(x), c.shape(indices)];
  const known = knownIndices(c, indices);
  if (!known) throw new Refusal('its indices are known only at run time and may be negative', 'make them constants');
  const width = at.at(-1)!;
  const named = from.slice(0, batch + width);
  const strides = stridesOf(named);
  const rows = count(at.slice(0, -1));
  const each = rows / count(from.slice(0, batch));
  const places = Array.from({ length: rows }, (_, row) => {
    const start = Math.floor(row / each) * count(named.slice(batch));
    const tuple = known.slice(row * width, (row + 1) * width);
    return tuple.reduce((sum, index, i) => sum + inRange(index, named[batch + i]!) * strides[batch + i]!, start);
  });
  const value = c.value(x);
  checkTypes(c, value, 'GATHER', PICKED);
  const run = from.slice(batch + width);
  const flat = c.reshape(value, [count(named), ...run]);
  const made = c.emitLike(flat, [rows, ...run], 'GATHER', [flat, c.draft.integers(places)], { axis: 0, batch_dims: 0 });
  c.define(output, c.reshape(made, c.shape(output)));
}

export const NAMED_ELEMENTS: Readonly<Record<string, (c: Conversion, node: Node) => void>> = {
  GatherElements: convertGatherElements,
  ScatterElements: convertScatterElements,
  Scatter: convertScatterElements,
  ScatterND: convertScatterNd,
};
