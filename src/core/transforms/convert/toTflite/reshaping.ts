import type { Node } from '../../../ir/graph';
import type { Cast, Transpose } from '../../../ir/ops/rearrange';
import type { TensorId } from '../../../ir/tensor';
import { transposeBytes } from '../../lower/constantLayout';
import { Refusal } from '../refusal';
import { packNumbers, realsOf, type Conversion } from './conversion';
import { plainFloat } from './widen';
import { inverse, mendedOrder, permuted, reshapedOrder, type Permutation } from './permutation';
import { elementReader } from '../../../ir/decode';

/** Reshape, Flatten, Squeeze, Unsqueeze: the output's shape says it all. */
export function convertReshape(c: Conversion, node: Node): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const [from, to] = [c.shape(x), c.shape(output)];
  if (c.constant(x)) {
    c.define(output, c.reshape(c.value(x), to));
    return;
  }
  for (const { id, order } of c.values.stored(x)) {
    const kept = reshapedOrder(from, to, order);
    if (kept) {
      c.define(output, c.reshape(id, permuted(to, kept)), kept);
      return;
    }
  }
  const stored = c.values.stored(x)[0]!;
  const define = (): void => {
    const mended = mendedOrder(from, to, stored.order);
    const kept = reshapedOrder(from, to, mended);
    if (kept) c.define(output, c.reshape(c.value(x, mended), permuted(to, kept)), kept);
    else c.define(output, c.reshape(c.value(x), to));
  };
  if (isReadByDenseOnly(c, output) && to.length === 2 && to[0] === from[0]) {
    const { id, order } = stored;
    if (order[0] === 0) {
      c.values.shuffled.set(output, { id: c.reshape(id, to), fileIndex: fileIndexOf(from, order) });
      c.values.addLazily(output, define);
      return;
    }
  }
  define();
}

/** Every reader is a dense layer with constant weights, which can take the shuffling into them. */
function isReadByDenseOnly(c: Conversion, id: TensorId): boolean {
  const readers = c.graph.nodes.filter((node) => node.inputs.includes(id));
  return (
    readers.length > 0 &&
    !c.graph.outputs.includes(id) &&
    readers.every((node) => node.op.kind === 'FullyConnected' && node.inputs[0] === id && c.constant(node.inputs[1]!))
  );
}

/** For each element of a row in memory, its place in the row as the file counts. */
function fileIndexOf(shape: readonly number[], order: Permutation): Int32Array {
  const row = shape.slice(1);
  const count = row.reduce((product, dim) => product * dim, 1);
  const places = new Uint8Array(Int32Array.from({ length: count }, (_, i) => i).buffer);
  const moved = transposeBytes(
    places,
    row,
    order.slice(1).map((axis) => axis - 1),
    4,
  );
  return new Int32Array(moved.buffer);
}

/** Costs nothing: only what the file calls the axes changes, until somebody wants another order. */
export function convertTranspose(c: Conversion, node: Node, op: Transpose): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  if (!op.permutation) throw new Refusal('a transposition known only at run time');
  // A constant here is one that is a result of the graph: others are folded before.
  if (c.constant(x)) c.value(x);
  const to = inverse(op.permutation);
  for (const { id, order } of c.values.stored(x)) {
    c.define(
      output,
      id,
      order.map((axis) => to[axis]!),
    );
  }
}

/** Passes its input on. */
export function convertIdentity(c: Conversion, node: Node): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  if (c.constant(x)) c.value(x);
  for (const { id, order } of c.values.stored(x)) c.define(output, id, order);
}

const CASTS = ['float32', 'int32', 'int64', 'uint8', 'int8', 'int16', 'bool'];

export function convertCast(c: Conversion, node: Node, op: Pick<Cast, 'to'>): void {
  const [x, output] = [c.input(node, 0), node.outputs[0]!];
  const to = plainFloat(op.to);
  const constant = c.constant(x);
  if (constant) {
    const { shape } = constant;
    const numbers = constant.quantization ? realsOf(constant) : numbersOf(constant.bytes(), constant.dtype, shape);
    const values = to.startsWith('float') || to === 'bool' ? numbers : numbers.map(Math.trunc);
    c.values.constants.set(output, {
      dtype: to,
      shape,
      quantization: null,
      bytes: () => packNumbers(values, to),
    });
    return;
  }
  const order = c.order(x);
  const value = c.value(x, order);
  const { dtype } = c.draft.tensor(value);
  if (!CASTS.includes(dtype) || !CASTS.includes(to)) throw new Refusal(`a cast from ${dtype} to ${to}`);
  if (dtype === to) {
    c.define(output, value, order);
    return;
  }
  const attributes = { in_data_type: dtype.toUpperCase(), out_data_type: to.toUpperCase() };
  c.define(output, c.emit('CAST', [value], { dtype: to, shape: c.draft.shape(value) }, attributes), order);
}

function numbersOf(bytes: Uint8Array, dtype: Cast['to'], shape: readonly number[]): readonly number[] {
  const at = elementReader(bytes, dtype);
  if (!at) throw new Refusal(`a constant of type ${dtype}`);
  return Array.from({ length: shape.reduce((product, dim) => product * dim, 1) }, (_, index) => at(index));
}

/** A small tensor that is known before running becomes a constant. True when the node is done with that. */
export function foldKnown(c: Conversion, node: Node): boolean {
  const known = node.outputs.map((id) => c.valueOf(id));
  if (known.some((values) => values === null)) return false;
  for (const [index, id] of node.outputs.entries()) {
    const { dtype } = c.tensor(id);
    const values = known[index]!;
    const type = dtype === 'unknown' ? 'int64' : dtype;
    c.values.constants.set(id, {
      dtype: type,
      shape: c.shape(id),
      quantization: null,
      bytes: () => packNumbers(values, type),
    });
  }
  return true;
}
