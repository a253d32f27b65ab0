import { decodeReals } from '../../ir/decode';
import { ModelError } from '../../ir/errors';
import type { Node } from '../../ir/graph';
import type { Recurrent, Svdf } from '../../ir/ops/recurrent';
import type { TensorId } from '../../ir/tensor';
import type { LowerContext } from './lowerContext';

/** TFLite lists input, forget, cell, output; ONNX stacks input, output, forget, cell. */
const GATES = [0, 3, 1, 2];

/** Operands of the sequence kernels (tensorflow/lite/kernels/lstm_shared.h). */
const LSTM = { weights: 1, recurrent: 5, peepholes: 9, biases: 12, projection: 16, output: 18, cell: 19, norms: 20 };

function refusal(message: string): ModelError {
  return new ModelError('unsupported-operator', message);
}

/** The real values of a constant operand; null where it is left out. */
function realsAt(context: LowerContext, node: Node, index: number): Float32Array | null {
  const id = context.input(node, index);
  if (id === null) return null;
  const tensor = context.tensor(id);
  if (!tensor.constant) throw refusal(`${node.source.op} with weights known only at run time.`);
  return decodeReals(tensor);
}

function stacked(context: LowerContext, parts: readonly Float32Array[], shape: readonly number[]): string {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return context.floats(shape, all);
}

/** [batch, time, features] as [time, batch, features], or back: a Reshape where one of the two is 1. */
function turned(context: LowerContext, value: string, shape: readonly number[]): string {
  const [first, second, last] = shape as [number, number, number];
  if (first === 1 || second === 1) return context.node('Reshape', [value, context.integers([second, first, last])]);
  return context.node('Transpose', [value], { intLists: { perm: [1, 0, 2] } });
}

function refuseUnusualLstm(context: LowerContext, node: Node, op: Recurrent): void {
  const { source, inputs } = node;
  const { cell_clip: cell = 0, proj_clip: projection = 0 } = source.attributes;
  if (!source.op.startsWith('UNIDIRECTIONAL') || op.direction !== 'forward')
    throw refusal(`${source.op} is not one sequence in one direction.`);
  if (context.isRounded(inputs[0]!))
    throw refusal('An integer LSTM rounds between its gates, for which ONNX has no words: convert the float model.');
  if (op.activation !== 'tanh') throw refusal(`An LSTM with the activation ${op.activation} is not supported.`);
  if (Number(cell) !== 0 || Number(projection) !== 0)
    throw refusal('An LSTM that clips its cell state: what ONNX clips are the sums in its gates.');
  const isThere = (index: number): boolean => context.input(node, index) !== null;
  if (!isThere(LSTM.weights)) throw refusal('An LSTM without an input gate (CIFG) is not supported.');
  if (isThere(LSTM.projection)) throw refusal('An LSTM with a projection is not supported.');
  if (isThere(LSTM.norms + 1)) throw refusal('An LSTM with layer normalization is not supported.');
}

interface Sequence {
  readonly steps: number;
  readonly batch: number;
  readonly features: number;
  /** [time, batch, features] */
  readonly value: string;
}

function sequenceOf(context: LowerContext, node: Node, { timeMajor }: Recurrent): Sequence {
  const shape = context.shape(node.inputs[0]!);
  if (shape.length !== 3) throw refusal(`${node.source.op} takes a sequence of three dimensions.`);
  const [first, second, features] = shape as [number, number, number];
  const value = context.value(node.inputs[0]!);
  return timeMajor
    ? { steps: first, batch: second, features, value }
    : { steps: second, batch: first, features, value: turned(context, value, shape) };
}

/** Variables need no names in a file. */
function stateName(context: LowerContext, id: TensorId): string {
  return context.tensor(id).name || `state_${id}`;
}

/** A state as [1, batch, cells]: kept outside where a run is one step, zero at the start of longer sequences. */
function startOf(context: LowerContext, id: TensorId | null, { steps }: Sequence): string {
  if (context.states === null) throw refusal('It keeps state from one inference to the next.');
  if (id === null || steps > 1) return '';
  return context.node('Unsqueeze', [context.states.before(stateName(context, id), id), context.integers([0])]);
}

function keep(context: LowerContext, id: TensorId | null, value: string, sequence: Sequence): void {
  if (id === null || sequence.steps > 1) return;
  context.states?.after(stateName(context, id), context.node('Squeeze', [value, context.integers([0])]));
}

function defineSequence(context: LowerContext, node: Node, op: Recurrent, all: string, sequence: Sequence): void {
  const { steps, batch } = sequence;
  const timeMajor = [steps, batch, op.hiddenSize];
  const plain = context.node('Reshape', [all, context.integers(timeMajor)]);
  context.define(node.outputs[0]!, op.timeMajor ? plain : turned(context, plain, timeMajor));
}

function lowerLstm(context: LowerContext, node: Node, op: Recurrent): void {
  refuseUnusualLstm(context, node, op);
  const sequence = sequenceOf(context, node, op);
  const size = op.hiddenSize;
  const gates = (first: number, count: number): Float32Array[] =>
    GATES.map((gate) => realsAt(context, node, first + gate) ?? new Float32Array(count));
  const weights = stacked(context, gates(LSTM.weights, 0), [1, 4 * size, sequence.features]);
  const recurrent = stacked(context, gates(LSTM.recurrent, 0), [1, 4 * size, size]);
  const biases = [...gates(LSTM.biases, size), new Float32Array(4 * size)];
  const bias = stacked(context, biases, [1, 8 * size]);
  const hasPeepholes = context.input(node, LSTM.peepholes) !== null;
  // TFLite lists input, forget, output; ONNX input, output, forget.
  const peepholes = hasPeepholes
    ? stacked(
        context,
        [0, 2, 1].map((gate) => realsAt(context, node, LSTM.peepholes + gate) ?? new Float32Array(size)),
        [1, 3 * size],
      )
    : '';
  const [output, cell] = [context.input(node, LSTM.output), context.input(node, LSTM.cell)];
  const starts = [startOf(context, output, sequence), startOf(context, cell, sequence)];
  const inputs = [sequence.value, weights, recurrent, bias, '', ...starts, peepholes];
  const names = [context.fresh(), context.fresh(), context.fresh()];
  context.builder.node('LSTM', inputs, names, { ints: { hidden_size: size } });
  keep(context, output, names[1]!, sequence);
  keep(context, cell, names[2]!, sequence);
  defineSequence(context, node, op, names[0]!, sequence);
}

const RNN_ACTIVATIONS: Partial<Record<Recurrent['activation'], string>> = { tanh: 'Tanh', relu: 'Relu' };

function lowerRnn(context: LowerContext, node: Node, op: Recurrent): void {
  const activation = RNN_ACTIVATIONS[op.activation];
  const isSequence = node.source.op === 'UNIDIRECTIONAL_SEQUENCE_RNN';
  if (!activation || !isSequence || context.isRounded(node.inputs[0]!))
    throw refusal(`${node.source.op} of this form is not supported.`);
  const sequence = sequenceOf(context, node, op);
  const size = op.hiddenSize;
  const weights = stacked(context, [realsAt(context, node, 1)!], [1, size, sequence.features]);
  const recurrent = stacked(context, [realsAt(context, node, 2)!], [1, size, size]);
  const own = realsAt(context, node, 3) ?? new Float32Array(size);
  const bias = stacked(context, [own, new Float32Array(size)], [1, 2 * size]);
  const state = context.input(node, 4);
  const inputs = [sequence.value, weights, recurrent, bias, '', startOf(context, state, sequence)];
  const names = [context.fresh(), context.fresh()];
  const attributes = { ints: { hidden_size: size }, stringLists: { activations: [activation] } };
  context.builder.node('RNN', inputs, names, attributes);
  keep(context, state, names[1]!, sequence);
  defineSequence(context, node, op, names[0]!, sequence);
}

export function lowerRecurrent(context: LowerContext, node: Node, op: Recurrent): void {
  if (op.kind === 'Lstm') lowerLstm(context, node, op);
  else lowerRnn(context, node, op);
}

/**
 * One step of a rank-decomposed filter: the memory of each filter moves on by one and takes in the newest product, and
 * the weighted memories of a unit's filters are summed (Nakkiran et al., "Compressing Deep Neural Networks using a
 * Rank-Constrained Topology", 2015). The memory is an input and an output of the ONNX file.
 */
export function lowerSvdf(context: LowerContext, node: Node, op: Svdf): void {
  if (context.states === null) throw refusal('SVDF keeps state from one inference to the next.');
  const [x, features, times, bias, state] = node.inputs;
  const [filters, inputs] = context.shape(features!) as [number, number];
  const memory = context.shape(times!)[1]!;
  const batch = context.shape(x!)[0]!;
  const name = stateName(context, state!);
  const kept = context.node('Reshape', [
    context.states.before(name, state!),
    context.integers([batch, filters, memory]),
  ]);
  const weights = context.weights(features!, null, [filters, inputs], 0);
  const product = context.node('Gemm', [context.value(x!), weights], { ints: { transB: 1 } });
  const newest = context.node('Unsqueeze', [context.rounded(state!, product), context.integers([2])]);
  const one = context.integers([1]);
  const older = context.node('Slice', [kept, one, context.integers([memory]), context.integers([2])]);
  const moved = context.node('Concat', [older, newest], { ints: { axis: 2 } });
  context.states.after(name, context.node('Reshape', [moved, context.integers(context.shape(state!))]));
  const weighted = context.node('Mul', [moved, context.weights(times!, null, [filters, memory], 0)]);
  const perFilter = context.node('ReduceSum', [weighted, context.integers([2])], { ints: { keepdims: 0 } });
  const ranks = context.node('Reshape', [perFilter, context.integers([batch, filters / op.rank, op.rank])]);
  const summed = context.node('ReduceSum', [ranks, context.integers([2])], { ints: { keepdims: 0 } });
  const own = bias ?? null;
  const made = own === null ? summed : context.node('Add', [summed, context.value(own)]);
  context.define(node.outputs[0]!, context.activate(made, op.activation));
}
