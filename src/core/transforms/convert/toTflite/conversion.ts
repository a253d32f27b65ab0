import type { Attributes } from '../../../ir/attributes';
import { decodeReals, storedValues } from '../../../ir/decode';
import { bitsOf, isInteger, type DType } from '../../../ir/dtype';
import type { Graph, Node } from '../../../ir/graph';
import type { KnownValues } from '../../../ir/semantics/definition';
import { isStatic } from '../../../ir/shape';
import type { Tensor, TensorId } from '../../../ir/tensor';
import { sameQuantization } from '../../../formats/tflite/quantization';
import { transposeBytes } from '../../lower/constantLayout';
import { Refusal } from '../refusal';
import { TfliteDraft, isQuantized, type ActivationFacts } from './draft';
import type { Permutation } from './permutation';
import { channelsLast, collapsed, identity, permuted, sameBytes, samePermutation, transposition } from './permutation';
import { toIntegerForm, type IntegerForm } from './signedStorage';
import { Values, type ConstantValue } from './values';
import { plainFloat } from './widen';

/** What the converters of the operators work with: the ONNX graph on one side, the TFLite draft on the other. */
export class Conversion {
  readonly graph: Graph;
  readonly draft = new TfliteDraft();
  readonly values = new Values();
  readonly readers: Int32Array;
  readonly valueOf: (id: TensorId) => KnownValues | null;
  readonly notes = new Set<string>();
  /** True while an operator is computed on the stored integers. */
  integer = false;

  constructor(graph: Graph, valueOf: (id: TensorId) => KnownValues | null) {
    this.graph = graph;
    this.valueOf = valueOf;
    this.readers = new Int32Array(graph.tensors.length);
    for (const node of graph.nodes) for (const id of node.inputs) if (id !== null) this.readers[id]! += 1;
    for (const id of graph.outputs) this.readers[id]! += 1;
  }

  tensor(id: TensorId): Tensor {
    return this.graph.tensors[id]!;
  }

  /** The node's nth input; refuses a node that leaves out what it needs. */
  input(node: Node, index: number): TensorId {
    const id = node.inputs[index];
    if (id === undefined || id === null) throw new Refusal('an input that it needs is left out');
    return id;
  }

  optional(node: Node, index: number): TensorId | null {
    return node.inputs[index] ?? null;
  }

  shape(id: TensorId): readonly number[] {
    const { shape, name } = this.tensor(id);
    if (!isStatic(shape)) {
      throw new Refusal(`the shape of ${name} is known only at run time`, 'give the free dimensions with --shape');
    }
    return shape;
  }

  rank(id: TensorId): number {
    return this.shape(id).length;
  }

  axis(axis: number, rank: number): number {
    return axis < 0 ? axis + rank : axis;
  }

  /** Integers that are known before running: axes, sizes, bounds. */
  known(id: TensorId | null): readonly number[] | null {
    if (id === null) return null;
    const folded = this.values.constants.get(id);
    return this.valueOf(id) ?? (folded && isInteger(folded.dtype) ? Array.from(realsOf(folded)) : null);
  }

  constant(id: TensorId): ConstantValue | null {
    const folded = this.values.constants.get(id);
    if (folded) return folded;
    const tensor = this.tensor(id);
    if (tensor.constant === null || !isStatic(tensor.shape)) return null;
    const value = constantOf(tensor, tensor.shape);
    this.values.constants.set(id, value);
    return value;
  }

  /** The real values of a constant, dequantized; null for what is not constant. */
  reals(id: TensorId): Float32Array | null {
    const value = this.constant(id);
    return value && realsOf(value);
  }

  /** The order in which a value is at hand; channels last where there are several. */
  order(id: TensorId): Permutation {
    const stored = this.values.stored(id);
    const rank = this.rank(id);
    const last = channelsLast(rank);
    return (stored.find((each) => samePermutation(each.order, last)) ?? stored[0])?.order ?? identity(rank);
  }

  /** The tensor that holds a value in the wanted order; integers when `integer`, real numbers otherwise. */
  value(id: TensorId, order: Permutation = identity(this.rank(id))): TensorId {
    const constant = this.constant(id);
    const isOther = constant !== null && plainFloat(constant.dtype) !== constant.dtype;
    const wantsReal = isOther || (!this.integer && isQuantized(constant ?? this.tensor(id)));
    const form = wantsReal ? 'real' : 'stored';
    const known = this.values.find(id, order, form);
    if (known !== null) return known;
    const made = constant ? this.#placeConstant(id, constant, order, wantsReal) : this.#reordered(id, order, wantsReal);
    this.values.add(id, { id: made, order }, form);
    return made;
  }

  /** Says which tensor holds an output; rounds it to the integers of the ONNX tensor where these differ. */
  define(id: TensorId, made: TensorId, order: Permutation = identity(this.rank(id))): void {
    this.values.add(id, { id: this.#asStored(id, made), order });
    const { id: first } = this.values.stored(id)[0]!;
    if (this.draft.isMade(first)) this.draft.rename(first, this.tensor(id).name);
  }

  /** Adds an operator with one output and returns it. */
  emit(
    op: string,
    inputs: readonly (TensorId | null)[],
    facts: ActivationFacts,
    attributes: Attributes = {},
    name = op.toLowerCase(),
  ): TensorId {
    const output = this.draft.activation(name, facts);
    this.draft.node(op, inputs, [output], attributes);
    return output;
  }

  /** Adds an operator whose output is of the type of a tensor: what only moves data. */
  emitLike(
    like: TensorId,
    shape: readonly number[],
    op: string,
    inputs: readonly (TensorId | null)[],
    attributes: Attributes = {},
  ): TensorId {
    const { dtype, quantization, name } = this.draft.tensor(like);
    return this.emit(op, inputs, { dtype, shape, quantization }, attributes, `${name}/${op.toLowerCase()}`);
  }

  /** Type and quantization of an operator's own result, for `emit`. */
  resultFacts(id: TensorId, order: Permutation): ActivationFacts {
    const shape = permuted(this.shape(id), order);
    const { dtype } = this.tensor(id);
    const form = this.integerForm(id);
    if (form) return this.integer ? { ...form, shape } : { dtype: 'float32', shape };
    return { dtype, shape };
  }

  /** How the integers of an activation stand for reals in the TFLite file; null for others. */
  integerForm(id: TensorId): IntegerForm | null {
    const { dtype, quantization } = this.tensor(id);
    return isQuantized({ dtype, quantization }) ? toIntegerForm(dtype, quantization!) : null;
  }

  /** RESHAPE, without a chain of them and none at all where the shape is the one it came from. */
  reshape(id: TensorId, shape: readonly number[]): TensorId {
    let from = id;
    for (let before = this.draft.reshapedFrom(from); before !== null; before = this.draft.reshapedFrom(from)) {
      from = before;
    }
    if (samePermutation(this.draft.shape(from), shape)) return from;
    return this.emitLike(from, shape, 'RESHAPE', [from, this.draft.integers(shape)], { new_shape: shape });
  }

  /** TRANSPOSE, over as few axes as do: those of length 1 and those that stay side by side do not count. */
  transpose(id: TensorId, permutation: Permutation): TensorId {
    const from = this.draft.shape(id);
    const to = permuted(from, permutation);
    const small = collapsed(from, permutation);
    if (small.permutation.length > 5) throw new Refusal('a transposition of more than five dimensions');
    const block = pixelBlock(small);
    if (block !== null) return this.#depthToSpace(id, small.shape, { block, shape: to });
    const isSmaller = small.shape.length < from.length && from.length > 4;
    if (!isSmaller) return this.emitLike(id, to, 'TRANSPOSE', [id, this.draft.integers(permutation)]);
    const flat = this.reshape(id, small.shape);
    const turned = permuted(small.shape, small.permutation);
    const moved = this.emitLike(flat, turned, 'TRANSPOSE', [flat, this.draft.integers(small.permutation)]);
    return this.reshape(moved, to);
  }

  /** Brings integers to another scale, or reals to integers and back. */
  requantize(id: TensorId, to: IntegerForm | null): TensorId {
    const { dtype, quantization, name } = this.draft.tensor(id);
    const shape = this.draft.shape(id);
    if (to === null) {
      return isQuantized({ dtype, quantization })
        ? this.emit('DEQUANTIZE', [id], { dtype: 'float32', shape }, {}, `${name}/real`)
        : id;
    }
    if (dtype === to.dtype && sameQuantization(quantization, to.quantization)) return id;
    return this.emit('QUANTIZE', [id], { ...to, shape }, {}, `${name}/quantized`);
  }

  /** H·W·r·r to H·r·W·r (and channels after it) is what DEPTH_TO_SPACE does in one go. */
  #depthToSpace(id: TensorId, small: readonly number[], to: { block: number; shape: readonly number[] }): TensorId {
    const [height, width, rows, columns, channels = 1] = small as [number, number, number, number, number?];
    const plane = this.reshape(id, [1, height, width, rows * columns * channels]);
    const shape = [1, height * rows, width * columns, channels];
    return this.reshape(this.emitLike(plane, shape, 'DEPTH_TO_SPACE', [plane], { block_size: to.block }), to.shape);
  }

  #asStored(id: TensorId, made: TensorId): TensorId {
    const wanted = this.integerForm(id);
    return wanted || isQuantized(this.draft.tensor(made)) ? this.requantize(made, wanted) : made;
  }

  #reordered(id: TensorId, order: Permutation, wantsReal: boolean): TensorId {
    if (wantsReal) return this.#dequantized(id, order);
    const stored = this.values.stored(id);
    const shape = this.shape(id);
    const cheap = stored.find((each) => sameBytes(shape, each.order, order));
    if (cheap) return this.reshape(cheap.id, permuted(shape, order));
    const first = stored[0];
    if (!first) throw new Refusal(`${this.tensor(id).name} is used before anything makes it`);
    return this.transpose(first.id, transposition(first.order, order));
  }

  #dequantized(id: TensorId, order: Permutation): TensorId {
    this.integer = true;
    try {
      return this.requantize(this.value(id, order), null);
    } finally {
      this.integer = false;
    }
  }

  #placeConstant(id: TensorId, value: ConstantValue, order: Permutation, wantsReal: boolean): TensorId {
    const { name } = this.tensor(id);
    const shape = permuted(value.shape, order);
    if (wantsReal) {
      const reals = realsOf(value);
      const bytes = new Uint8Array(reals.buffer, reals.byteOffset, reals.byteLength);
      return this.draft.constant(name, 'float32', shape, transposeBytes(bytes, value.shape, order, 4));
    }
    const { dtype, bytes, quantization } = value;
    if (bitsOf(dtype) < 8) throw new Refusal(`${name} is of type ${dtype}`);
    const moved = transposeBytes(bytes(), value.shape, order, bitsOf(dtype) / 8);
    const axis = quantization?.axis ?? null;
    const turned = quantization && { ...quantization, axis: axis === null ? null : order.indexOf(axis) };
    if (!turned || dtype !== 'uint8') return this.draft.constant(name, dtype, shape, moved, turned);
    const signed = moved.map((byte) => byte ^ 0x80);
    return this.draft.constant(name, 'int8', shape, signed, toIntegerForm(dtype, turned).quantization);
  }
}

/** The block of a transposition that spreads depth over a plane; null for any other. */
function pixelBlock({ shape, permutation }: { shape: readonly number[]; permutation: Permutation }): number | null {
  const isSpread = samePermutation(permutation, [0, 2, 1, 3]) || samePermutation(permutation, [0, 2, 1, 3, 4]);
  return isSpread && shape[2] === shape[3] && shape[1] !== shape[2] ? shape[2]! : null;
}

function constantOf(tensor: Tensor, shape: readonly number[]): ConstantValue {
  const { dtype, quantization } = tensor;
  return { dtype, shape, quantization, bytes: () => tensor.constant!.read().slice() };
}

/** As float32, dequantized. */
export function realsOf({ dtype, shape, bytes, quantization }: ConstantValue): Float32Array {
  const read = bytes();
  const constant = { byteLength: read.byteLength, storedBytes: read.byteLength, key: '', read: () => read };
  const tensor: Tensor = { id: 0, name: '', dtype, shape, quantization, constant, isVariable: false };
  if (quantization && isInteger(dtype)) return decodeReals(tensor);
  const { count, at } = storedValues(tensor);
  return Float32Array.from({ length: count }, (_, index) => at(index));
}

/** Little-endian bytes of numbers in a type that TFLite constants have. */
export function packNumbers(values: readonly number[] | Float32Array, dtype: DType): Uint8Array {
  const bytes = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  switch (dtype) {
    case 'float32':
      return bytes(Float32Array.from(values));
    case 'int64':
      return bytes(BigInt64Array.from(values, (value) => BigInt(Math.trunc(value))));
    case 'int32':
      return bytes(Int32Array.from(values));
    case 'int16':
      return bytes(Int16Array.from(values));
    case 'int8':
      return bytes(Int8Array.from(values));
    case 'uint8':
      return Uint8Array.from(values);
    case 'bool':
      return Uint8Array.from(values, (value) => (value === 0 ? 0 : 1));
    default:
      throw new Refusal(`constants of type ${dtype}`);
  }
}
