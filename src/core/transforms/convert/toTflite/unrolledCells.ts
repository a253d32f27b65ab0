import type { Node } from '../../../ir/graph';
import type { Recurrent } from '../../../ir/ops/recurrent';
import type { TensorId } from '../../../ir/tensor';
import { Refusal } from '../refusal';
import { checkTypes } from './broadcasting';
import type { Conversion } from './conversion';

/** Steps, of all directions, that are written out: about a dozen operators each. */
const MAX_STEPS = 64;

const GATE_COUNT: Readonly<Record<Recurrent['kind'], number>> = { Lstm: 4, Gru: 3, Rnn: 1 };

function stepsOf(c: Conversion, node: Node, op: Recurrent): number {
  return c.shape(c.input(node, 0))[op.timeMajor ? 0 : 1]!;
}

/** The refusal of a sequence too long to be written out; null for a short one. */
export function stepLimitRefusal(c: Conversion, node: Node, op: Recurrent, why: string): Refusal | null {
  const steps = stepsOf(c, node, op) * (op.direction === 'bidirectional' ? 2 : 1);
  if (steps <= MAX_STEPS) return null;
  const fix = 'convert one step of it with its state as an input, or train an LSTM that starts from zero';
  return new Refusal(`${why}, and ${steps} steps are too many to be written out (at most ${MAX_STEPS})`, fix);
}

/** What the steps of one direction work with; all values are [batch, cells] of float32. */
interface Cells {
  readonly c: Conversion;
  readonly size: number;
  readonly batch: number;
  /** Recurrence weights of some gates, one below the other. */
  recurrent(first: number, count: number): TensorId;
  /** Biases beside the recurrence weights of a gate; zeros where the node has none. */
  recurrentBias(gate: number): TensorId;
  peephole(index: number): TensorId | null;
}

interface State {
  readonly hidden: TensorId | null;
  readonly cell: TensorId | null;
}

type Step = (cells: Cells, inputs: readonly TensorId[], state: State) => State;

const NONE = { fused_activation_function: 'NONE' };
const NONE_POT = { fused_activation_function: 'NONE', pot_scale_int16: false };

function apply(c: Conversion, op: string, inputs: readonly TensorId[]): TensorId {
  const attributes = op === 'MUL' ? NONE : op === 'ADD' || op === 'SUB' ? NONE_POT : {};
  return c.emitLike(inputs[0]!, c.draft.shape(inputs[0]!), op, inputs, attributes);
}

function dense(c: Conversion, x: TensorId, weights: TensorId, bias: TensorId | null): TensorId {
  const shape = [c.draft.shape(x)[0]!, c.draft.shape(weights)[0]!];
  const attributes = {
    ...NONE,
    weights_format: 'DEFAULT',
    keep_num_dims: false,
    asymmetric_quantize_inputs: false,
  };
  return c.emit('FULLY_CONNECTED', [x, weights, bias], { dtype: 'float32', shape }, attributes);
}

/** The columns of each gate of a [batch, gates · cells] product. */
function gatesOf(c: Conversion, id: TensorId, count: number): readonly TensorId[] {
  if (count === 1) return [id];
  const [batch, width] = c.draft.shape(id) as [number, number];
  const shape = [batch, width / count];
  const outputs = Array.from({ length: count }, () => c.draft.activation('gate', { dtype: 'float32', shape }));
  c.draft.node('SPLIT', [c.draft.integers([1], []), id], outputs, { num_splits: count });
  return outputs;
}

/** Input shares of some gates plus the recurrence of the hidden state, which starts as nothing where it is zero. */
function withHidden(
  cells: Cells,
  inputs: readonly TensorId[],
  hidden: TensorId | null,
  first: number,
): readonly TensorId[] {
  const { c } = cells;
  if (hidden === null) return inputs;
  const products = gatesOf(c, dense(c, hidden, cells.recurrent(first, inputs.length), null), inputs.length);
  return inputs.map((input, i) => apply(c, 'ADD', [input, products[i]!]));
}

const lstmStep: Step = (cells, inputs, { hidden, cell }) => {
  const { c } = cells;
  const [i, o, f, g] = withHidden(cells, inputs, hidden, 0) as [TensorId, TensorId, TensorId, TensorId];
  const peeped = (gate: TensorId, index: number, from: TensorId | null): TensorId => {
    const weights = cells.peephole(index);
    return weights === null || from === null ? gate : apply(c, 'ADD', [gate, apply(c, 'MUL', [from, weights])]);
  };
  const input = apply(c, 'LOGISTIC', [peeped(i, 0, cell)]);
  const fresh = apply(c, 'MUL', [input, apply(c, 'TANH', [g])]);
  const forget = (from: TensorId): TensorId => apply(c, 'MUL', [apply(c, 'LOGISTIC', [peeped(f, 2, from)]), from]);
  const next = cell === null ? fresh : apply(c, 'ADD', [forget(cell), fresh]);
  const output = apply(c, 'LOGISTIC', [peeped(o, 1, next)]);
  return { hidden: apply(c, 'MUL', [output, apply(c, 'TANH', [next])]), cell: next };
};

/** Gates update, reset, hidden. `linear_before_reset` multiplies by the reset gate after the recurrence, not before. */
function gruStep(linearBeforeReset: boolean): Step {
  return (cells, inputs, { hidden }) => {
    const { c } = cells;
    const [z, r] = withHidden(cells, inputs.slice(0, 2), hidden, 0).map((gate) => apply(c, 'LOGISTIC', [gate])) as [
      TensorId,
      TensorId,
    ];
    const candidate = apply(c, 'TANH', [candidateSum(cells, inputs[2]!, { reset: r, hidden, linearBeforeReset })]);
    if (hidden === null) return { hidden: apply(c, 'SUB', [candidate, apply(c, 'MUL', [z, candidate])]), cell: null };
    const difference = apply(c, 'SUB', [hidden, candidate]);
    return { hidden: apply(c, 'ADD', [candidate, apply(c, 'MUL', [z, difference])]), cell: null };
  };
}

function candidateSum(
  cells: Cells,
  input: TensorId,
  use: { reset: TensorId; hidden: TensorId | null; linearBeforeReset: boolean },
): TensorId {
  const { c } = cells;
  const { reset, hidden, linearBeforeReset } = use;
  const weights = (): TensorId => cells.recurrent(2, 1);
  if (linearBeforeReset) {
    const bias = cells.recurrentBias(2);
    const inner = hidden === null ? bias : dense(c, hidden, weights(), bias);
    return apply(c, 'ADD', [input, apply(c, 'MUL', [reset, inner])]);
  }
  if (hidden === null) return input;
  return apply(c, 'ADD', [input, dense(c, apply(c, 'MUL', [reset, hidden]), weights(), null)]);
}

const rnnStep: Step = (cells, inputs, { hidden }) => ({
  hidden: apply(cells.c, 'TANH', [withHidden(cells, inputs, hidden, 0)[0]!]),
  cell: null,
});

function constantAt(c: Conversion, node: Node, index: number): Float32Array | null {
  const id = c.optional(node, index);
  if (id === null) return null;
  const reals = c.reals(id);
  if (!reals) throw new Refusal('weights that are known only at run time');
  return reals;
}

interface Layer {
  readonly node: Node;
  readonly op: Recurrent;
  readonly steps: number;
  readonly batch: number;
  readonly features: number;
  /** GRU: the recurrent bias of the hidden gate stays beside its product. */
  readonly isLinear: boolean;
}

function cellsOf(c: Conversion, layer: Layer, direction: number): Cells {
  const { node, op, batch, isLinear } = layer;
  const size = op.hiddenSize;
  const gates = GATE_COUNT[op.kind];
  const r = constantAt(c, node, 2)!;
  const bias = constantAt(c, node, 3);
  const peepholes = constantAt(c, node, 7);
  const name = c.tensor(c.input(node, 0)).name;
  const made = new Map<string, TensorId>();
  const once = (key: string, shape: readonly number[], values: () => Float32Array): TensorId => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const id = c.draft.reals(`${name}/${key}`, shape, values());
    made.set(key, id);
    return id;
  };
  return {
    c,
    size,
    batch,
    recurrent: (first, count) => {
      const start = (direction * gates + first) * size * size;
      return once(`recurrent ${first}`, [count * size, size], () => r.slice(start, start + count * size * size));
    },
    recurrentBias: (gate) => {
      const start = (direction * 2 * gates + gates + gate) * size;
      const values = () => (bias && isLinear ? bias.slice(start, start + size) : new Float32Array(size));
      return once(`recurrent bias ${gate}`, [size], values);
    },
    peephole: (index) => {
      const start = (direction * 3 + index) * size;
      return peepholes && once(`peephole ${index}`, [size], () => peepholes.slice(start, start + size));
    },
  };
}

/** What the inputs give to every gate, biases of both kinds included: one product for all steps, then cut by step. */
function inputShares(c: Conversion, layer: Layer, x: TensorId, direction: number): readonly TensorId[] {
  const { node, op, steps, batch, features, isLinear } = layer;
  const gates = GATE_COUNT[op.kind];
  const rows = gates * op.hiddenSize;
  const w = constantAt(c, node, 1)!;
  const bias = constantAt(c, node, 3);
  const joined = Float32Array.from({ length: rows }, (_, i) => {
    const at = direction * 2 * rows + i;
    const isApart = isLinear && i >= 2 * op.hiddenSize;
    return bias ? bias[at]! + (isApart ? 0 : bias[at + rows]!) : 0;
  });
  const name = c.tensor(c.input(node, 0)).name;
  const start = direction * rows * features;
  const weights = c.draft.reals(`${name}/weights`, [rows, features], w.slice(start, start + rows * features));
  const product = dense(
    c,
    c.reshape(x, [steps * batch, features]),
    weights,
    c.draft.reals(`${name}/bias`, [rows], joined),
  );
  if (steps === 1) return [product];
  const outputs = Array.from({ length: steps }, () =>
    c.draft.activation('step', { dtype: 'float32', shape: [batch, rows] }),
  );
  c.draft.node('SPLIT', [c.draft.integers([0], []), product], outputs, { num_splits: steps });
  return outputs;
}

/** The state that a direction starts from; null where it is zero. */
function startOf(c: Conversion, layer: Layer, index: number, direction: number): TensorId | null {
  const id = c.optional(layer.node, index);
  if (id === null || (c.reals(id)?.every((value) => value === 0) ?? false)) return null;
  const { batch, op } = layer;
  const value = c.value(id, op.timeMajor ? [0, 1, 2] : [1, 0, 2]);
  const flat = [batch, op.hiddenSize];
  if (op.direction !== 'bidirectional') return c.reshape(value, flat);
  const shape = [1, ...flat];
  const part = c.emitLike(value, shape, 'SLICE', [value, c.draft.integers([direction, 0, 0]), c.draft.integers(shape)]);
  return c.reshape(part, flat);
}

/** The state after every step, first step first, and that after the last one run. */
function runDirection(
  c: Conversion,
  layer: Layer,
  x: TensorId,
  direction: number,
  isReversed: boolean,
): {
  readonly hidden: readonly TensorId[];
  readonly last: State;
} {
  const { op, steps } = layer;
  const step = { Lstm: lstmStep, Gru: gruStep(layer.isLinear), Rnn: rnnStep }[op.kind];
  const cells = cellsOf(c, layer, direction);
  const shares = inputShares(c, layer, x, direction);
  const hidden = new Array<TensorId>(steps);
  let state: State = { hidden: startOf(c, layer, 5, direction), cell: startOf(c, layer, 6, direction) };
  for (let i = 0; i < steps; i++) {
    const at = isReversed ? steps - 1 - i : i;
    state = step(cells, gatesOf(c, shares[at]!, GATE_COUNT[op.kind]), state);
    hidden[at] = state.hidden!;
  }
  return { hidden, last: state };
}

/** Joins [batch, cells] values along new leading axes. */
function stacked(c: Conversion, parts: readonly TensorId[], shape: readonly number[]): TensorId {
  const rows = parts.map((id) => c.reshape(id, [1, ...c.draft.shape(id)]));
  const whole = [parts.length, ...c.draft.shape(parts[0]!)];
  const attributes = { axis: 0, fused_activation_function: 'NONE' };
  const joined = rows.length === 1 ? rows[0]! : c.emitLike(rows[0]!, whole, 'CONCATENATION', rows, attributes);
  return c.reshape(joined, shape);
}

/** A recurrent layer with every step as operators of its own. */
export function convertUnrolled(c: Conversion, node: Node, op: Recurrent): void {
  const x = c.input(node, 0);
  const value = c.value(x, op.timeMajor ? [0, 1, 2] : [1, 0, 2]);
  checkTypes(c, value, node.source.op, ['float32']);
  const [steps, batch, features] = c.draft.shape(value) as [number, number, number];
  const isLinear = op.kind === 'Gru' && Number(node.source.attributes.linear_before_reset ?? 0) !== 0;
  const layer = { node, op, steps, batch, features, isLinear };
  const isReversed = op.direction === 'bidirectional' ? [false, true] : [op.direction === 'reverse'];
  const runs = isReversed.map((reversed, direction) => runDirection(c, layer, value, direction, reversed));
  const size = op.hiddenSize;
  const [all, hidden, cell] = node.outputs;
  const isRead = (id: TensorId | undefined): id is TensorId => id !== undefined && c.readers[id]! > 0;
  if (isRead(all)) {
    const parts = Array.from({ length: steps }, (_, step) => runs.map((run) => run.hidden[step]!)).flat();
    const order = op.timeMajor ? [0, 1, 2, 3] : [1, 2, 0, 3];
    c.define(all, stacked(c, parts, [steps, runs.length, batch, size]), order);
  }
  const order = op.timeMajor ? [0, 1, 2] : [1, 0, 2];
  const shape = [runs.length, batch, size];
  const last = (pick: (state: State) => TensorId | null): readonly TensorId[] => runs.map((run) => pick(run.last)!);
  if (isRead(hidden))
    c.define(
      hidden,
      stacked(
        c,
        last((state) => state.hidden),
        shape,
      ),
      order,
    );
  if (isRead(cell))
    c.define(
      cell,
      stacked(
        c,
        last((state) => state.cell),
        shape,
      ),
      order,
    );
}
