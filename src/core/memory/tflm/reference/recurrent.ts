import { bytesOf } from '../../../ir/dtype';
import { dimsOf, type KernelNode } from '../kernelNode';
import type { KernelRule } from '../kernelRequests';
import { scratch } from '../kernelRequests';
import { dimOf } from './convolution';

const HIDDEN_STATE = 18;
const CELL_STATE = 19;

/** PrepareSvdf in tflite-micro kernels/svdf_common.cc: float sums in scratch; integer sums before and after the rank. */
export const svdf: KernelRule = (node) => {
  const input = node.needInput(0);
  const batch = dimOf(input, 0);
  const filters = dimOf(node.needInput(1), 0);
  const units = filters / Math.max(1, rankOf(node));
  const sums = scratch(4 * batch * filters);
  return { init: [36], prepare: input.dtype === 'int8' ? [sums, scratch(4 * batch * units)] : [sums] };
};

function rankOf(node: KernelNode): number {
  const { op } = node.node;
  return op.kind === 'Svdf' ? op.rank : 1;
}

/** UnidirectionalSequenceLstmPrepare in kernels/unidirectional_sequence_lstm.cc: four gates of a step, typed as the cell. */
export const lstm: KernelRule = (node) => {
  const { op } = node.node;
  const timeMajor = op.kind === 'Lstm' && op.timeMajor;
  const batch = dimsOf(node.needInput(0))[timeMajor ? 1 : 0] ?? 1;
  const state = dimOf(node.needInput(HIDDEN_STATE), 1);
  const gate = scratch(bytesOf(node.needInput(CELL_STATE).dtype, batch * state));
  return { init: [688], prepare: [gate, gate, gate, gate] };
};
