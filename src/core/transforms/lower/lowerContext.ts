import { storedValues } from '../../ir/decode';
import { bytesOf, isFloat, type DType } from '../../ir/dtype';
import { ModelError } from '../../ir/errors';
import type { Graph, Node } from '../../ir/graph';
import type { Activation } from '../../ir/ops/common';
import type { Quantization } from '../../ir/quantization';
import { bindShape, formatShape, type Shape } from '../../ir/shape';
import type { Tensor, TensorId } from '../../ir/tensor';
import type { NodeAttributes } from '../../formats/onnx/onnxBuilder';
import { NCHW_AXIS, TO_NCHW, TO_NHWC, transposeBytes } from './constantLayout';
import { plainConstant, type PlainConstant } from './plainConstant';

/** How a value lies in memory: as its TFLite tensor does, or a 4-dimensional one with its channels second. */
export type ValueLayout = 'file' | 'NCHW';

/** How a constant is laid out anew: its axes reordered, then seen as another shape. */
interface Placement {
  readonly from: readonly number[];
  readonly permutation: readonly number[] | null;
  readonly shape: readonly number[];
  readonly channelAxis: number;
}

const QUANTIZED_STORAGE = new Set<DType>(['int8', 'uint8', 'int16']);

/** Where the ONNX graph goes, node by node: into a file's builder, or into a record that names things first. */
export interface GraphSink {
  node(op: string, inputs: readonly string[], outputs: readonly string[], attributes?: NodeAttributes): unknown;
  initializer(name: string, dtype: DType, shape: readonly number[], bytes: Uint8Array): unknown;
  input(name: string, dtype: DType, shape: Shape | null): unknown;
  output(name: string, dtype: DType, shape: Shape | null): unknown;
}

/** Takes state out of the graph: ONNX has none, so a file gets an input and an output for it. */
export interface StateSink {
  /** The real values of a state before this inference, or what it was set to meanwhile; `id` is a tensor like it. */
  before(name: string, id: TensorId): string;
  /** Says which value the state has after it; `id` is a tensor like it where nothing was read before. */
  after(name: string, value: string, id?: TensorId): void;
}

/** Every runtime that ships today knows it; reductions still have their axes as an attribute. */
const OPSET = 17;
/** The first with QuantizeLinear to int16. */
const OPSET_OF_INT16 = 21;

/** The versions of operators and of the file that a graph needs. */
export function versionsFor(graph: Graph): { readonly opset: number; readonly irVersion: number } {
  const isInt16 = graph.tensors.some(
    ({ dtype, quantization, constant }) => dtype === 'int16' && quantization !== null && constant === null,
  );
  return isInt16 ? { opset: OPSET_OF_INT16, irVersion: 10 } : { opset: OPSET, irVersion: 8 };
}

/**
 * The ONNX graph while it grows: which ONNX value holds which tensor, in which layout. A layout that is asked for and
 * does not exist yet is made by one Transpose, so chains of spatial operators stay NCHW throughout.
 */
export class LowerContext {
  readonly builder: GraphSink;
  readonly graph: Graph;
  readonly #values = new Map<TensorId, Map<ValueLayout, string>>();
  readonly #first = new Map<TensorId, { readonly name: string; readonly layout: ValueLayout }>();
  readonly #integers = new Map<string, string>();
  /** What values and constants are called in the TFLite file, by their names here. */
  readonly titles = new Map<string, string>();
  /** The first dimension is a batch of any size: reshapes leave it open. */
  freeBatch = false;
  /** What becomes of state that the file keeps from one inference to the next; null refuses it. */
  states: StateSink | null = null;
  /** Version of ONNX's operators: 21 where 16-bit activations need it, and 17 else, which every runtime knows. */
  readonly opset: number;
  #fresh = 0;

  constructor(builder: GraphSink, graph: Graph) {
    this.builder = builder;
    this.graph = graph;
    this.opset = versionsFor(graph).opset;
  }

  tensor(id: TensorId): Tensor {
    return this.graph.tensors[id]!;
  }

  /** The node's nth input, or null when it is left out. */
  input(node: Node, index: number): TensorId | null {
    return node.inputs[index] ?? null;
  }

  /** The shape in the file's layout with free dimensions at 1. Throws ModelError `dynamic-shape`. */
  shape(id: TensorId): readonly number[] {
    const { shape, name } = this.tensor(id);
    if (shape === null) throw new ModelError('dynamic-shape', `The shape of ${name} is not known.`);
    return bindShape(shape);
  }

  rank(id: TensorId): number {
    return this.shape(id).length;
  }

  isConstant(id: TensorId): boolean {
    return this.tensor(id).constant !== null;
  }

  /** True when the value exists with its channels second already, so that using it so costs nothing. */
  hasNchw(id: TensorId): boolean {
    return this.#values.get(id)?.has('NCHW') ?? false;
  }

  /** The layout in which operators that do not care should work, so that no Transpose is needed. */
  preferredLayout(ids: readonly TensorId[]): ValueLayout {
    const activations = ids.filter((id) => !this.isConstant(id));
    const all4d = activations.every((id) => this.rank(id) === 4) && ids.every((id) => this.rank(id) <= 4);
    return all4d && activations.some((id) => this.hasNchw(id)) ? 'NCHW' : 'file';
  }

  /** The ONNX value that holds this tensor in the wanted layout; real numbers for quantized tensors. */
  value(id: TensorId, layout: ValueLayout = 'file'): string {
    const known = this.#values.get(id);
    const existing = known?.get(layout);
    if (existing !== undefined) return existing;
    if (this.isConstant(id)) return this.#remember(id, layout, this.#constant(id, layout));
    const other = known?.get(layout === 'file' ? 'NCHW' : 'file');
    if (other === undefined)
      throw new ModelError('corrupt', `${this.tensor(id).name} is used before anything makes it.`);
    return this.#remember(id, layout, this.#turned(id, other, layout));
  }

  /** The other layout: a Transpose, or a Reshape where one channel or one cell makes both the same bytes. */
  #turned(id: TensorId, value: string, layout: ValueLayout): string {
    const perm = layout === 'file' ? TO_NHWC : TO_NCHW;
    const [, height, width, channels] = this.shape(id) as [number, number, number, number];
    if (channels !== 1 && height * width !== 1) return this.node('Transpose', [value], { intLists: { perm } });
    const plane = layout === 'file' ? [height, width, channels] : [channels, height, width];
    return this.node('Reshape', [value, this.integers([-1, ...plane])]);
  }

  /** Adds a node with one output and returns that output's name. */
  node(op: string, inputs: readonly string[], attributes: NodeAttributes = {}): string {
    const output = this.fresh();
    this.builder.node(op, inputs, [output], attributes);
    return output;
  }

  fresh(): string {
    return `#${this.#fresh++}`;
  }

  /** Says which ONNX value holds an output, and rounds it to the tensor's own integers when it is quantized. */
  define(id: TensorId, value: string, layout: ValueLayout = 'file'): void {
    const name = this.rounded(id, value);
    this.#remember(id, layout, name);
    this.#first.set(id, { name, layout });
  }

  /** Says which ONNX value holds a tensor, as it is: what was rounded already, or is no real number. */
  alias(id: TensorId, name: string, layout: ValueLayout): void {
    this.#remember(id, layout, name);
    this.#first.set(id, { name, layout });
  }

  /** Its values are reals rounded to integers of its own. */
  isRounded(id: TensorId): boolean {
    const { quantization, dtype } = this.tensor(id);
    return quantization !== null && !isFloat(dtype) && quantization.scales.length > 0;
  }

  /** The integers of a quantized tensor as they are stored. */
  stored(id: TensorId): string {
    const real = this.value(id);
    return this.integersOf(real) ?? this.quantized(id, real);
  }

  /** Small integers that are constant: axes, blocks, sizes. */
  known(id: TensorId): readonly number[] | null {
    const tensor = this.tensor(id);
    if (!tensor.constant) return null;
    const { count, at } = storedValues(tensor);
    return Array.from({ length: count }, (_, index) => at(index));
  }

  /** Integers as ONNX wants them where TFLite has 32 bits. */
  int64(id: TensorId): string {
    const known = this.known(id);
    return known ? this.integerTensor(this.shape(id), known) : this.node('Cast', [this.value(id)], { ints: { to: 7 } });
  }

  bytesPerElement(dtype: DType): number {
    return bytesOf(dtype, 1);
  }

  /** Axes of a reduction as the operator's version has them: an input from 18 on, an attribute before. */
  axesInput(axes: readonly number[]): readonly string[] {
    return this.opset < 18 ? [] : [this.integers(axes)];
  }

  axesAttribute(axes: readonly number[], keepDims: boolean): NodeAttributes {
    const ints = { keepdims: keepDims ? 1 : 0 };
    return this.opset < 18 ? { ints, intLists: { axes } } : { ints };
  }

  /** The integers that a rounded value was made from; null for other values. */
  integersOf(value: string): string | null {
    return this.#integers.get(value) ?? null;
  }

  /** The value `define` was given for an activation, to be observed as an output. */
  observed(id: TensorId): { readonly name: string; readonly layout: ValueLayout } | null {
    return this.#first.get(id) ?? null;
  }

  /** The fused activation of a TFLite operator. */
  activate(value: string, activation: Activation): string {
    switch (activation) {
      case 'none':
        return value;
      case 'relu':
        return this.node('Relu', [value]);
      case 'relu6':
        return this.clip(value, 0, 6);
      case 'reluN1To1':
        return this.clip(value, -1, 1);
      case 'tanh':
        return this.node('Tanh', [value]);
      case 'signBit':
        throw new ModelError('unsupported-operator', 'The fused activation SIGN_BIT is not supported.');
    }
  }

  clip(value: string, low: number, high: number): string {
    return this.node('Clip', [value, this.scalar(low), this.scalar(high)]);
  }

  scalar(value: number): string {
    return this.floats([], Float32Array.of(value));
  }

  floats(shape: readonly number[], values: Float32Array): string {
    return this.initializer('float32', shape, bytesOfView(values));
  }

  /** A 1-dimensional int64 constant: shapes, axes, sizes. */
  integers(values: readonly number[]): string {
    return this.integerTensor([values.length], values);
  }

  integerTensor(shape: readonly number[], values: readonly number[]): string {
    return this.initializer('int64', shape, bytesOfView(BigInt64Array.from(values, BigInt)));
  }

  initializer(dtype: DType, shape: readonly number[], bytes: Uint8Array): string {
    const name = this.fresh();
    this.builder.initializer(name, dtype, shape, bytes);
    return name;
  }

  /**
   * A constant as real numbers, its axes reordered by `permutation` and then seen as `shape`. A quantized one becomes a
   * DequantizeLinear of its integers, which ONNX Runtime merges with the operator into its integer kernel.
   */
  weights(id: TensorId, permutation: readonly number[] | null, shape: readonly number[], channelAxis: number): string {
    const tensor = this.tensor(id);
    if (!tensor.constant) {
      const value = this.value(id);
      const moved = permutation ? this.node('Transpose', [value], { intLists: { perm: permutation } }) : value;
      return this.node('Reshape', [moved, this.integers(shape)]);
    }
    const constant = plainConstant(tensor, this.opset);
    return this.#place(tensor, constant, { from: this.shape(id), permutation, shape, channelAxis });
  }

  #constant(id: TensorId, layout: ValueLayout): string {
    const shape = this.shape(id);
    const axis = this.tensor(id).quantization?.axis ?? 0;
    if (layout === 'file') return this.weights(id, null, shape, axis);
    const from = [...new Array<number>(4 - shape.length).fill(1), ...shape];
    const channelAxis = NCHW_AXIS[axis + 4 - shape.length]!;
    const moved = { from, permutation: TO_NCHW, shape: TO_NCHW.map((each) => from[each]!), channelAxis };
    return this.#place(this.tensor(id), plainConstant(this.tensor(id), this.opset), moved);
  }

  #place({ name: title }: Tensor, { dtype, bytes, quantization }: PlainConstant, move: Placement): string {
    const { from, permutation, shape, channelAxis } = move;
    const moved = permutation ? transposeBytes(bytes, from, permutation, bytesOf(dtype, 1)) : bytes;
    const name = this.initializer(dtype, shape, moved);
    this.titles.set(name, title);
    return quantization ? this.#dequantize(name, dtype, quantization, channelAxis) : this.#asFloat32(name, dtype);
  }

  #asFloat32(name: string, dtype: DType): string {
    return isFloat(dtype) && dtype !== 'float32' ? this.node('Cast', [name], { ints: { to: 1 } }) : name;
  }

  #dequantize(name: string, dtype: DType, quantization: Quantization, channelAxis: number): string {
    const perChannel = quantization.axis !== null && quantization.scales.length > 1;
    const shape = perChannel ? [quantization.scales.length] : [];
    const scales = perChannel ? Float32Array.from(quantization.scales) : Float32Array.of(quantization.scales[0]!);
    // ONNX Runtime's exact sums make unsigned weights of signed ones, and need a zero point a channel to do it.
    const zeros = this.initializer(dtype, shape, zeroPointBytes(dtype, quantization, scales.length));
    const inputs = [name, this.floats(shape, scales), zeros];
    return this.node('DequantizeLinear', inputs, perChannel ? { ints: { axis: channelAxis } } : {});
  }

  #roundTrip(value: string, dtype: DType, quantization: Quantization): string {
    if (dtype === 'int32') return this.#roundTrip32(value, quantization);
    if (!QUANTIZED_STORAGE.has(dtype) || quantization.scales.length !== 1) {
      throw new ModelError('unsupported-dtype', `Activations quantized to ${dtype} have no form in ONNX.`);
    }
    const scale = this.floats([], Float32Array.of(quantization.scales[0]!));
    const zero = this.initializer(dtype, [], zeroPointBytes(dtype, quantization, 1));
    const integers = this.node('QuantizeLinear', [value, scale, zero]);
    const real = this.node('DequantizeLinear', [integers, scale, zero]);
    this.#integers.set(real, integers);
    return real;
  }

  /** QuantizeLinear makes no 32-bit integers: a division, rounded. */
  #roundTrip32(value: string, quantization: Quantization): string {
    const scale = this.floats([], Float32Array.of(quantization.scales[0]!));
    const steps = this.node('Round', [this.node('Div', [value, scale])]);
    const shifted = this.node('Add', [steps, this.scalar(quantization.zeroPoints[0] ?? 0)]);
    const integers = this.node('Cast', [shifted], { ints: { to: 6 } });
    const real = this.node('Mul', [steps, scale]);
    this.#integers.set(real, integers);
    return real;
  }

  /** A real value rounded to the integers of a tensor, where it has any. */
  rounded(id: TensorId, value: string): string {
    const { dtype, quantization } = this.tensor(id);
    return this.isRounded(id) ? this.#roundTrip(value, dtype, quantization!) : value;
  }

  /** Integers of a tensor's type as real numbers. */
  dequantized(id: TensorId, integers: string): string {
    const { dtype, quantization } = this.tensor(id);
    return this.#dequantize(integers, dtype, quantization!, 0);
  }

  /** A real value as the integers of a tensor. */
  quantized(id: TensorId, value: string): string {
    const real = this.rounded(id, value);
    return this.integersOf(real) ?? real;
  }

  #remember(id: TensorId, layout: ValueLayout, name: string): string {
    const known = this.#values.get(id) ?? new Map<ValueLayout, string>();
    known.set(layout, name);
    this.#values.set(id, known);
    return name;
  }

  /** For messages: `CONV_2D 12 (1×8×8×16)`. */
  describe(node: Node): string {
    const output = node.outputs[0];
    return `${node.source.op} ${node.source.index}${output === undefined ? '' : ` (${formatShape(this.tensor(output).shape)})`}`;
  }
}

function zeroPointBytes(dtype: DType, quantization: Quantization, count: number): Uint8Array {
  const zeros = Array.from({ length: count }, (_, i) => quantization.zeroPoints[i] ?? 0);
  if (dtype === 'int16') return bytesOfView(Int16Array.from(zeros));
  if (dtype === 'int32') return bytesOfView(Int32Array.from(zeros));
  return bytesOfView(dtype === 'uint8' ? Uint8Array.from(zeros) : Int8Array.from(zeros));
}

function bytesOfView(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
