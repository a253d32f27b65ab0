import { need, type KernelCheck, type KernelChecks } from './kernelCheck';
import type { KernelTensor, KernelView } from './kernelView';
import { activationRange, oneOf, rank, sameType } from './rules';
import { fullyConnectedScales } from './dense';

/** Kernels that keep a state between inferences. */

function dim(tensor: KernelTensor, index: number, value: number): void {
  const has = tensor.dims[index];
  need(
    has === value,
    `${tensor.role} has ${has ?? 'no'} elements along dimension ${index} where its kernel needs ${value}`,
  );
}

interface Svdf {
  readonly input: KernelTensor;
  readonly feature: KernelTensor;
  readonly time: KernelTensor;
  readonly bias: KernelTensor | null;
  readonly state: KernelTensor;
}

/** svdf_common.cc */
const svdf: KernelCheck = {
  prepare(node) {
    const parts: Svdf = {
      input: node.input(0),
      feature: node.input(1, 'its feature weights'),
      time: node.input(2, 'its time weights'),
      bias: node.optional(3, 'its bias'),
      state: node.input(4, 'its state'),
    };
    svdfShapes(node, parts);
    svdfTypes(parts, node.output());
  },
};

function svdfShapes(node: KernelView, { input, feature, time, bias, state }: Svdf): void {
  const rankOf = node.number('rank');
  const [batch = 0, size = 0] = input.dims;
  const [filters = 0] = feature.dims;
  const memory = time.dims[1] ?? 0;
  need(rankOf > 0 && filters % rankOf === 0, `its ${filters} filters are not a multiple of its rank of ${rankOf}`);
  oneOf(input, ['float32', 'int8']);
  rank(input, 2);
  need(node.outputs === 1, `it has ${node.outputs} outputs where its kernel gives 1`);
  const output = node.output();
  rank(output, 2);
  dim(output, 0, batch);
  dim(output, 1, filters / rankOf);
  rank(feature, 2);
  dim(feature, 1, size);
  rank(time, 2);
  dim(time, 0, filters);
  if (bias) dim(bias, 0, filters / rankOf);
  rank(state, 2);
  dim(state, 0, batch);
  dim(state, 1, memory * filters);
  need(state.isVariable, 'its state is not a variable tensor');
  need(node.inputs === 5, `it has ${node.inputs} inputs where its kernel takes 5`);
}

function svdfTypes({ input, feature, time, bias, state }: Svdf, output: KernelTensor): void {
  if (input.dtype === 'float32') {
    for (const tensor of [feature, time, state, output]) oneOf(tensor, ['float32']);
    if (bias) oneOf(bias, ['float32']);
    return;
  }
  oneOf(feature, ['int8']);
  oneOf(time, ['int16', 'int8']);
  oneOf(state, ['int16', 'int8']);
  if (bias) oneOf(bias, ['int32']);
  oneOf(output, ['int8']);
  const difference = Math.abs((bias?.scale ?? 0) - Math.fround(state.scale * time.scale));
  need(difference < 1e-5, 'the scale of its bias is not that of its state times that of its time weights');
}

const CELL = 19;
const HIDDEN = 18;
/** Inputs of an LSTM that TFLM's kernel has no code for, by place. */
const UNSUPPORTED: readonly (readonly [first: number, last: number, what: string])[] = [
  [9, 11, 'peephole weights'],
  [16, 17, 'a projection'],
  [20, 23, 'layer normalization'],
];

/** lstm_eval.cc: LstmTensors::ValidateTensorStatus. */
function lstmTensors(node: KernelView): void {
  const input = node.input(0);
  const hidden = node.input(HIDDEN, 'its hidden state');
  need(hidden.isVariable, 'its hidden state is not a variable tensor');
  sameType(hidden, input);
  const cell = node.input(CELL, 'its cell state');
  need(cell.isVariable, 'its cell state is not a variable tensor');
  sameType(node.output(), input);
  const weights = node.input(2, 'its input-to-forget weights');
  for (let index = 1; index < 9; index += 1) sameType(node.input(index, `its weights (input ${index})`), weights);
  const bias = node.input(13, "its forget gate's bias");
  for (let index = 12; index < 16; index += 1) sameType(node.input(index, `its bias (input ${index})`), bias);
  for (const [first, last, what] of UNSUPPORTED) {
    for (let index = first; index <= last; index += 1) {
      need(node.optional(index, what) === null, `it has ${what}, which its kernel does not compute`);
    }
  }
}

/** lstm_eval_common.cc: CreateLstmSizeInfo and ValidateTensorSize. */
function lstmShapes(node: KernelView): void {
  const input = node.input(0);
  const output = node.output();
  const batch = (node.option('time_major') === true ? input.dims[1] : input.dims[0]) ?? 0;
  const size = input.dims[2] ?? 0;
  const units = node.input(HIDDEN, 'its hidden state').dims[1] ?? 0;
  for (let index = 1; index < 9; index += 1) {
    const weights = node.input(index, `its weights (input ${index})`);
    rank(weights, 2);
    dim(weights, 0, units);
    dim(weights, 1, index < 5 ? size : units);
  }
  for (let index = 12; index < 16; index += 1) {
    const bias = node.input(index, `its bias (input ${index})`);
    rank(bias, 1);
    dim(bias, 0, units);
  }
  for (const state of [node.input(HIDDEN, 'its hidden state'), node.input(CELL, 'its cell state')]) {
    need(
      state.count === batch * units,
      `${state.role} has ${state.count} elements where its kernel needs ${batch * units}`,
    );
  }
  rank(output, 3);
  dim(output, 0, input.dims[0] ?? 0);
  dim(output, 1, input.dims[1] ?? 0);
  dim(output, 2, units);
}

/** unidirectional_sequence_lstm.cc */
const sequenceLstm: KernelCheck = {
  prepare(node) {
    need(node.outputs === 1, `it has ${node.outputs} outputs where its kernel gives 1`);
    need(node.inputs === 24, `it has ${node.inputs} inputs where its kernel takes 24`);
    lstmTensors(node);
    lstmShapes(node);
    const cell = node.input(CELL, 'its cell state');
    oneOf(cell, ['float32', 'int16']);
    if (cell.dtype === 'int16') gateScales(node);
  },
  invoke(node) {
    const [input, weights] = [node.input(0), node.input(2, 'its weights')];
    oneOf(input, ['float32', 'int8', 'int16']);
    if (input.dtype !== 'float32') oneOf(weights, ['int8']);
  },
};

/** Gates are fully connected layers with an int16 output (CreateGateParams). */
function gateScales(node: KernelView): void {
  const input = node.input(0);
  const hidden = node.input(HIDDEN, 'its hidden state');
  for (let gate = 0; gate < 4; gate += 1) {
    const weights = node.input(1 + gate, 'its input weights');
    const recurrent = node.input(5 + gate, 'its recurrent weights');
    const output = { ...input, role: 'its gate', dtype: 'int16', scale: 2 ** -12 } as const;
    if (input.dtype !== 'float32') fullyConnectedScales(input, weights, null, output);
    if (hidden.dtype !== 'float32') fullyConnectedScales(hidden, recurrent, null, output);
  }
  activationRange(hidden);
}

export const recurrentChecks: KernelChecks = {
  SVDF: svdf,
  UNIDIRECTIONAL_SEQUENCE_LSTM: sequenceLstm,
};
