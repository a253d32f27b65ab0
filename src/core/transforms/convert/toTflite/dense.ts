import type { Node } from '../../../ir/graph';
import type { FullyConnected, MatMul } from '../../../ir/ops/dense';
import type { TensorId } from '../../../ir/tensor';
import { bitsOf } from '../../../ir/dtype';
import { Refusal } from '../refusal';
import { biasFor } from './bias';
import { checkTypes } from './broadcasting';
import type { Conversion } from './conversion';
import { FUSED } from './elementwise';
import { identity, samePermutation, type Permutation } from './permutation';

/** Above this rank the kernel has no batches. */
const MAX_MATMUL_RANK = 5;

export function convertFullyConnected(c: Conversion, node: Node, op: FullyConnected): void {
  const [x, w, output] = [c.input(node, 0), c.input(node, 1), node.outputs[0]!];
  const shuffled = c.integer === (c.integerForm(x) !== null) ? c.values.shuffled.get(x) : undefined;
  const plain = c.value(w, op.weights === 'OI' ? [0, 1] : [1, 0]);
  const used = shuffled ? shuffledColumns(c, plain, shuffled.fileIndex) : plain;
  const value = shuffled ? shuffled.id : c.value(x);
  const rank = c.draft.shape(value).length;
  const rows = rank < 2 ? c.reshape(value, [1, c.draft.shape(value)[0] ?? 1]) : value;
  checkTypes(c, rows, 'FULLY_CONNECTED', ['float32', 'quantized']);
  const count = c.draft.shape(used)[0]!;
  const bias = biasFor(c, { id: c.optional(node, 2), count, input: rows, weights: used });
  const shape = [...c.draft.shape(rows).slice(0, -1), count];
  const attributes = {
    fused_activation_function: FUSED[op.activation],
    weights_format: 'DEFAULT',
    keep_num_dims: shape.length > 2,
    asymmetric_quantize_inputs: false,
  };
  const facts = { ...c.resultFacts(output, identity(c.rank(output))), shape };
  c.define(output, c.reshape(c.emit('FULLY_CONNECTED', [rows, used, bias], facts, attributes), c.shape(output)));
}

/** The weights' columns in the order in which the flattened input lies. */
function shuffledColumns(c: Conversion, weights: TensorId, fileIndex: Int32Array): TensorId {
  const { name, dtype, constant, quantization } = c.draft.tensor(weights);
  const [rows, columns] = c.draft.shape(weights) as [number, number];
  const from = constant!.read();
  const to = new Uint8Array(from.length);
  const isByte = bitsOf(dtype) === 8;
  const read = isByte ? from : new Uint32Array(from.buffer, from.byteOffset, rows * columns);
  const write = isByte ? to : new Uint32Array(to.buffer);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    for (let column = 0; column < columns; column++) write[start + column] = read[start + fileIndex[column]!]!;
  }
  return c.draft.constant(name, dtype, [rows, columns], to, quantization);
}

/** A matrix product of two activations, or a Gemm with factors. */
export function convertMatMul(c: Conversion, node: Node, op: MatMul): void {
  const [a, b, output] = [c.input(node, 0), c.input(node, 1), node.outputs[0]!];
  const outShape = c.shape(output);
  const left = matrixOperand(c, a, op.transposeA, true);
  const right = matrixOperand(c, b, op.transposeB, false);
  checkTypes(c, left.id, 'BATCH_MATMUL', ['float32']);
  const [leftShape, rightShape] = [c.draft.shape(left.id), c.draft.shape(right.id)];
  if (Math.max(leftShape.length, rightShape.length) > MAX_MATMUL_RANK)
    throw new Refusal('a product with too many batches');
  const rows = leftShape.at(left.isTurned ? -1 : -2)!;
  const columns = rightShape.at(right.isTurned ? -2 : -1)!;
  const batch = c.rank(a) > 1 && c.rank(b) > 1 ? outShape.slice(0, -2) : outShape.slice(0, -1);
  const attributes = { adj_x: left.isTurned, adj_y: right.isTurned, asymmetric_quantize_inputs: false };
  const isVector = c.rank(a) < 2 && c.rank(b) < 2;
  const shape = [...(isVector ? [] : batch), rows, columns];
  const product = c.emit('BATCH_MATMUL', [left.id, right.id], { dtype: 'float32', shape }, attributes);
  const scaled = times(c, product, node.source.op === 'Gemm' ? op.alpha : 1);
  c.define(output, c.reshape(plusBias(c, node, op, scaled), outShape));
}

function times(c: Conversion, id: TensorId, factor: number): TensorId {
  if (factor === 1) return id;
  const constant = c.draft.reals(`${factor}`, [], Float32Array.of(factor));
  return c.emitLike(id, c.draft.shape(id), 'MUL', [id, constant], { fused_activation_function: 'NONE' });
}

/** Gemm's C, which broadcasts over the result. */
function plusBias(c: Conversion, node: Node, op: MatMul, product: TensorId): TensorId {
  const bias = c.optional(node, 2);
  if (bias === null) return product;
  const scaled = times(c, c.value(bias), op.beta);
  const attributes = { fused_activation_function: 'NONE', pot_scale_int16: false };
  return c.emitLike(product, c.draft.shape(product), 'ADD', [product, scaled], attributes);
}

interface MatrixOperand {
  readonly id: TensorId;
  /** Its last two axes lie the other way round; the kernel turns them. */
  readonly isTurned: boolean;
}

function matrixOperand(c: Conversion, id: TensorId, turn: boolean, isLeft: boolean): MatrixOperand {
  const rank = c.rank(id);
  if (rank < 2) {
    const count = c.shape(id)[0] ?? 1;
    return { id: c.reshape(c.value(id), isLeft ? [1, count] : [count, 1]), isTurned: false };
  }
  const plain = identity(rank);
  const turned: Permutation = [...plain.slice(0, -2), rank - 1, rank - 2];
  const isStoredTurned =
    c.values.stored(id).some((each) => samePermutation(each.order, turned)) && c.values.find(id, plain) === null;
  return { id: c.value(id, isStoredTurned ? turned : plain), isTurned: turn !== isStoredTurned };
}
