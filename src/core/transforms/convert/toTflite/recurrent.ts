import type { Node } from '../../../ir/graph';
import type { Recurrent } from '../../../ir/ops/recurrent';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import { checkTypes } from './broadcasting';
import type { Conversion } from './conversion';
import { identity } from './permutation';
import { convertUnrolled, stepLimitRefusal } from './unrolledCells';

/** Rows of ONNX's weights are the gates input, output, forget, cell; TFLite lists input, forget, cell, output. */
const GATES = [0, 2, 3, 1];

/**
 * An LSTM that starts from zero becomes TFLite's own sequence kernel, one a direction; any other recurrent layer (GRU,
 * RNN, an initial state, peepholes) is written out step by step where the steps are few.
 */
export function convertRecurrent(c: Conversion, node: Node, op: Recurrent): void {
  refuseUnusual(c, node);
  const obstacle = op.kind === 'Lstm' ? sequenceObstacle(c, node) : `TFLite has no operator for ${node.source.op}`;
  if (obstacle === null) {
    convertSequenceLstm(c, node, op);
    return;
  }
  const tooLong = stepLimitRefusal(c, node, op, obstacle);
  if (tooLong) throw tooLong;
  c.notes.add(`${node.source.op} is written out step by step: ${obstacle}.`);
  convertUnrolled(c, node, op);
}

function refuseUnusual(c: Conversion, node: Node): void {
  const { attributes, op } = node.source;
  if (attributes.clip !== undefined || Number(attributes.input_forget ?? 0) !== 0) {
    throw new Refusal(`${op} with clip or input_forget`);
  }
  const lengths = c.optional(node, 4);
  if (lengths === null) return;
  const steps = c.shape(c.input(node, 0))[Number(attributes.layout ?? 0) === 1 ? 1 : 0];
  const known = c.known(lengths) ?? c.reals(lengths);
  const isWhole = known !== null && Array.from(known).every((length) => length === steps);
  if (!isWhole)
    throw new Refusal('sequences of different lengths', 'run sequences of one length without sequence_lens');
}

/** Why TFLite's kernel for whole sequences does not do; null when it does. */
function sequenceObstacle(c: Conversion, node: Node): string | null {
  const isZero = (id: TensorId | null): boolean => id === null || (c.reals(id)?.every((value) => value === 0) ?? false);
  if (!isZero(c.optional(node, 5)) || !isZero(c.optional(node, 6))) return 'its initial state is not zero';
  if (c.optional(node, 7) !== null) return 'it has peepholes';
  return c.readers[node.outputs[2] ?? -1] ? 'its last cell state is read' : null;
}

interface LstmShape {
  readonly steps: number;
  readonly batch: number;
  readonly size: number;
  readonly timeMajor: boolean;
}

function convertSequenceLstm(c: Conversion, node: Node, op: Recurrent): void {
  const x = c.input(node, 0);
  const value = c.value(x);
  checkTypes(c, value, 'UNIDIRECTIONAL_SEQUENCE_LSTM', ['float32']);
  const [first, second] = c.shape(x) as [number, number];
  const [steps, batch] = op.timeMajor ? [first, second] : [second, first];
  const sequence = { steps, batch, size: op.hiddenSize, timeMajor: op.timeMajor };
  const isReversed = op.direction === 'bidirectional' ? [false, true] : [op.direction === 'reverse'];
  const made = isReversed.map((reversed, direction) => {
    const turned = reversed ? reversedInTime(c, value, op.timeMajor) : value;
    const result = sequenceLstm(c, node, turned, { ...sequence, direction });
    return reversed ? reversedInTime(c, result, op.timeMajor) : result;
  });
  c.notes.add(
    'An LSTM keeps its state from one inference to the next in TFLite: reset the variables where ONNX starts from zero.',
  );
  defineOutputs(c, node, made, { ...sequence, isReversed });
}

function reversedInTime(c: Conversion, id: TensorId, timeMajor: boolean): TensorId {
  const axes = c.draft.integers([timeMajor ? 0 : 1]);
  return c.emitLike(id, c.draft.shape(id), 'REVERSE_V2', [id, axes]);
}

function sequenceLstm(c: Conversion, node: Node, x: TensorId, use: LstmShape & { direction: number }): TensorId {
  const { steps, batch, size, timeMajor, direction } = use;
  const features = c.draft.shape(x)[2]!;
  const constants = [1, 2, 3].map((index) => {
    const id = c.optional(node, index);
    const reals = id === null ? null : c.reals(id);
    if (id !== null && !reals) throw new Refusal('weights that are known only at run time');
    return reals;
  });
  const [w, r, bias] = constants as [Float32Array, Float32Array, Float32Array | null];
  const name = c.tensor(c.input(node, 0)).name;
  const own = direction * 4;
  const joined = Float32Array.from({ length: 4 * size }, (_, i) => {
    const at = direction * 8 * size + i;
    return bias ? bias[at]! + bias[at + 4 * size]! : 0;
  });
  const none = (count: number): null[] => new Array<null>(count).fill(null);
  const inputs: (TensorId | null)[] = [
    x,
    ...GATES.map((gate) => matrix(c, `${name}/weights`, w, { row: own + gate, size, columns: features })),
    ...GATES.map((gate) => matrix(c, `${name}/recurrent`, r, { row: own + gate, size, columns: size })),
    ...none(3),
    ...GATES.map((gate) => c.draft.reals(`${name}/bias`, [size], joined.slice(gate * size, (gate + 1) * size))),
    ...none(2),
    c.draft.variable(`${name}/output_state`, [batch, size]),
    c.draft.variable(`${name}/cell_state`, [batch, size]),
    ...none(4),
  ];
  const attributes = {
    fused_activation_function: 'TANH',
    cell_clip: 0,
    proj_clip: 0,
    time_major: timeMajor,
    asymmetric_quantize_inputs: false,
    diagonal_recurrent_tensors: false,
  };
  const shape = timeMajor ? [steps, batch, size] : [batch, steps, size];
  return c.emit('UNIDIRECTIONAL_SEQUENCE_LSTM', inputs, { dtype: 'float32', shape }, attributes);
}

/** One gate's rows of stacked weights; of one column it is a matrix all the same. */
function matrix(
  c: Conversion,
  name: string,
  rows: Float32Array,
  { row, size, columns }: { row: number; size: number; columns: number },
): TensorId {
  const values = rows.slice(row * size * columns, (row + 1) * size * columns);
  return c.draft.reals(name, [size, columns], values);
}

function defineOutputs(
  c: Conversion,
  node: Node,
  made: readonly TensorId[],
  { steps, batch, size, timeMajor, isReversed }: LstmShape & { isReversed: readonly boolean[] },
): void {
  const [all, last] = node.outputs;
  const join = (parts: readonly TensorId[], shape: readonly number[], axis: number): TensorId => {
    const wide = parts.map((id) => c.reshape(id, shape));
    const whole = shape.map((dim, i) => (i === axis ? dim * parts.length : dim));
    const attributes = { axis, fused_activation_function: 'NONE' };
    return wide.length === 1 ? wide[0]! : c.emitLike(wide[0]!, whole, 'CONCATENATION', wide, attributes);
  };
  if (all !== undefined && c.readers[all]) {
    const shape = timeMajor ? [steps, 1, batch, size] : [batch, steps, 1, size];
    c.define(all, join(made, shape, timeMajor ? 1 : 2), identity(4));
  }
  if (last === undefined || !c.readers[last]) return;
  const ends = made.map((id, direction) => {
    const at = isReversed[direction] ? 0 : steps - 1;
    const begin = timeMajor ? [at, 0, 0] : [0, at, 0];
    const shape = timeMajor ? [1, batch, size] : [batch, 1, size];
    return c.emitLike(id, shape, 'SLICE', [id, c.draft.integers(begin), c.draft.integers(shape)]);
  });
  c.define(last, join(ends, timeMajor ? [1, batch, size] : [batch, 1, size], timeMajor ? 0 : 1), identity(3));
}
