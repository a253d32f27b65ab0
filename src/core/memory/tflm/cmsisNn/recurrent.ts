import { bytesOf } from '../../../ir/dtype';
import { dimsOf, type KernelNode } from '../kernelNode';
import type { KernelRule, MemoryRequest } from '../kernelRequests';
import { persistent, scratch } from '../kernelRequests';
import { dimOf, perChannel } from '../reference/convolution';
import type { CmsisNnSet } from './cmsisNnSet';

/** Weights of the input and of the recurrence, gate by gate in the order in which prepare takes them. */
const GATE_WEIGHTS = [2, 6, 1, 5, 3, 7, 4, 8];
const HIDDEN_STATE = 18;
const CELL_STATE = 19;

/**
 * CmsisNnPrepareSvdf in tflite-micro kernels/cmsis_nn/svdf.cc with KERNELS_OPTIMIZED_FOR_SPEED: sums before and after
 * the rank in scratch; MVE keeps the sums of the weights for good.
 */
export function svdf(set: CmsisNnSet): KernelRule {
  return (node) => {
    const input = node.needInput(0);
    const [batch, filters] = [dimOf(input, 0), dimOf(node.needInput(1), 0)];
    const sums = scratch(4 * batch * filters);
    if (input.dtype === 'float32') return { init: [40], prepare: [sums] };
    const rank = node.option('rank');
    const units = Math.floor(filters / Math.max(1, typeof rank === 'number' ? rank : 1));
    const weightSums = set === 'cmsis-nn-mve' ? [persistent(4 * filters)] : [];
    return { init: [40], prepare: [sums, scratch(4 * batch * units), ...weightSums] };
  };
}

/**
 * UnidirectionalSequenceLstmPrepare in kernels/cmsis_nn/unidirectional_sequence_lstm.cc, the same on every core: integer
 * kernels keep the sums of the weights of each gate, typed as the bias, and share three buffers of a step; float ones
 * have four.
 */
export const lstm: KernelRule = (node) => {
  const [input, cell] = [node.needInput(0), node.needInput(CELL_STATE)];
  const batch = dimsOf(input)[node.option('time_major') === true ? 1 : 0] ?? 1;
  const state = dimOf(node.needInput(HIDDEN_STATE), 1);
  const step = scratch(bytesOf(cell.dtype, batch * state));
  if (cell.dtype !== 'int16') return { init: [912], prepare: [step, step, step, step] };
  const sums = persistent((input.dtype === 'int16' ? 8 : 4) * state);
  return {
    init: [912],
    prepare: [...perChannelGates(node), ...GATE_WEIGHTS.map(() => sums), step, step, step],
  };
};

/** Gates are prepared as fully connected layers are: weights of several scales keep a multiplier and a shift for each. */
function perChannelGates(node: KernelNode): readonly MemoryRequest[] {
  return GATE_WEIGHTS.flatMap((index) => {
    const scales = node.needInput(index).quantization?.scales.length ?? 0;
    return scales > 1 ? perChannel(scales) : [];
  });
}
