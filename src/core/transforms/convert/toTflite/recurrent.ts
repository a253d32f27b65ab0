import type { Node } from '../../../ir/graph';
import type { Recurrent } from '../../../ir/ops/recurrent';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import { checkTypes } from './broadcasting';
import type { Conversion } from './conversion';
import { identity } from './permutation';

/** Rows of ONNX's weights are the gates input, output, forget, cell; TFLite lists input, forget, cell, output. */
const GATES = [0, 2, 3, 1];

export function convertRecurrent(c: Conversion, node: Node, op: Recurrent): void {
  if (op.kind !== 'Lstm')
    throw new Refusal(`TFLite has no operator for ${node.source.op} with these gates`, 'unroll it, or train an LSTM');
  convertLstm(c, node, op);
}

function refuseUnusualLstm(c: Conversion, node: Node, op: Recurrent): void {
  const { attributes } = node.source;
  if (op.direction !== 'forward') throw new Refusal(`an LSTM that runs ${op.direction}`);
  if (attributes.clip !== undefined || Number(attributes.input_forget ?? 0) !== 0) {
    throw new Refusal('an LSTM with clip or input_forget');
  }
  if (c.optional(node, 4) !== null) throw new Refusal('sequence lengths');
  if (c.optional(node, 7) !== null) throw new Refusal('peepholes');
  refuseState(c, c.optional(node, 5));
  refuseState(c, c.optional(node, 6));
  if (c.readers[node.outputs[2] ?? -1]) throw new Refusal('its last cell state is read');
}

function refuseState(c: Conversion, id: TensorId | null): void {
  if (id === null || c.reals(id)?.every((value) => value === 0)) return;
  throw new Refusal('an initial state that is not zero', 'let the state start from zero');
}

function convertLstm(c: Conversion, node: Node, op: Recurrent): void {
  refuseUnusualLstm(c, node, op);
  const x = c.input(node, 0);
  const [w, r] = [c.reals(c.input(node, 1)), c.reals(c.input(node, 2))];
  const biasId = c.optional(node, 3);
  const bias = biasId === null ? null : c.reals(biasId);
  if (!w || !r || (biasId !== null && !bias)) throw new Refusal('weights that are known only at run time');
  const value = c.value(x);
  checkTypes(c, value, 'UNIDIRECTIONAL_SEQUENCE_LSTM', ['float32']);
  const [first, second, features] = c.shape(x) as [number, number, number];
  const [steps, batch] = op.timeMajor ? [first, second] : [second, first];
  const size = op.hiddenSize;
  const part = (name: string, rows: Float32Array, gate: number, columns: number): TensorId =>
    c.draft.reals(
      name,
      columns === 1 ? [size] : [size, columns],
      rows.slice(gate * size * columns, (gate + 1) * size * columns),
    );
  const joined = bias && Float32Array.from({ length: 4 * size }, (_, i) => bias[i]! + bias[4 * size + i]!);
  const zeros = new Float32Array(4 * size);
  const name = c.tensor(x).name;
  const none = (count: number): null[] => new Array<null>(count).fill(null);
  const inputs: (TensorId | null)[] = [
    value,
    ...GATES.map((gate) => part(`${name}/weights`, w, gate, features)),
    ...GATES.map((gate) =>
      c.draft.reals(`${name}/recurrent`, [size, size], r.slice(gate * size * size, (gate + 1) * size * size)),
    ),
    ...none(3),
    ...GATES.map((gate) => part(`${name}/bias`, joined ?? zeros, gate, 1)),
    ...none(2),
    c.draft.variable(`${name}/output_state`, [batch, size]),
    c.draft.variable(`${name}/cell_state`, [batch, size]),
    ...none(4),
  ];
  const attributes = {
    fused_activation_function: 'TANH',
    cell_clip: 0,
    proj_clip: 0,
    time_major: op.timeMajor,
    asymmetric_quantize_inputs: false,
    diagonal_recurrent_tensors: false,
  };
  const shape = op.timeMajor ? [steps, batch, size] : [batch, steps, size];
  const made = c.emit('UNIDIRECTIONAL_SEQUENCE_LSTM', inputs, { dtype: 'float32', shape }, attributes);
  c.notes.add(
    'An LSTM keeps its state from one inference to the next in TFLite: reset the variables where ONNX starts from zero.',
  );
  defineLstmOutputs(c, node, made, { steps, batch, size, timeMajor: op.timeMajor });
}

interface LstmShape {
  readonly steps: number;
  readonly batch: number;
  readonly size: number;
  readonly timeMajor: boolean;
}

function defineLstmOutputs(c: Conversion, node: Node, made: TensorId, lstm: LstmShape): void {
  const { steps, batch, size, timeMajor } = lstm;
  const [all, last] = node.outputs;
  if (all !== undefined && c.readers[all]! > 0) {
    const shape = timeMajor ? [steps, 1, batch, size] : [batch, steps, 1, size];
    c.define(all, c.reshape(made, shape), identity(4));
  }
  if (last === undefined || c.readers[last] === 0) return;
  const begin = timeMajor ? [steps - 1, 0, 0] : [0, steps - 1, 0];
  const shape = timeMajor ? [1, batch, size] : [batch, 1, size];
  const step = c.emitLike(made, shape, 'SLICE', [made, c.draft.integers(begin), c.draft.integers(shape)]);
  c.define(last, step, identity(3));
}
