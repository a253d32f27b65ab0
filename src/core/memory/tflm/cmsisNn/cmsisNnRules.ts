import type { KernelRule } from '../kernelRequests';
import { keeps } from '../kernelRequests';
import { dimOf } from '../reference/convolution';
import { softmaxTables } from '../reference/softmax';
import type { CmsisNnSet } from './cmsisNnSet';
import { conv, depthwiseConv, scratchIfAny, transposeConv } from './convolution';
import { batchMatMul, fullyConnected } from './dense';
import { lstm, svdf } from './recurrent';

/** Kernels without init or prepare: nothing is asked for nor looked at. */
const neverPrepared: KernelRule = () => ({ init: [], prepare: [], looksAt: [] });

/** Prepare looks at its tensors but keeps nothing. */
const onlyLooks: KernelRule = () => ({ init: [], prepare: [] });

const softmax: KernelRule = (node) => ({ init: [64], prepare: softmaxTables(node) });

/** AveragePrepare in kernels/cmsis_nn/pooling.cc: DSP sums channels in scratch (arm_avgpool_get_buffer_sizes_s8.c, _s16.c). */
function averagePool(set: CmsisNnSet): KernelRule {
  return (node) => {
    const [input, output] = [node.needInput(0), node.needOutput(0)];
    const isInteger = input.dtype === 'int8' || input.dtype === 'int16';
    const bytes = set === 'cmsis-nn-dsp' && isInteger ? 4 * dimOf(input, 3) : 0;
    return { init: [36], prepare: scratchIfAny(bytes), looksAt: [input, output, input, output] };
  };
}

const ruleSets = new Map<CmsisNnSet, ReadonlyMap<string, KernelRule>>();

/**
 * What the kernels ask for that CMSIS-NN overrides, by the operator's name in the file; every other operator runs TFLM's
 * own kernel. Source: tensorflow/lite/micro/kernels/cmsis_nn of tensorflow/tflite-micro 90b983c2b, built with
 * KERNELS_OPTIMIZED_FOR_SPEED and GCC on CMSIS-NN 4ab83cc3; structure sizes measured with DWARF, 32-bit pointers and
 * short enums, equal for Cortex-M0+, M4 and M55.
 */
export function cmsisNnRules(set: CmsisNnSet): ReadonlyMap<string, KernelRule> {
  const known = ruleSets.get(set);
  if (known) return known;
  const rules = new Map<string, KernelRule>([
    ['ADD', keeps(60)],
    ['AVERAGE_POOL_2D', averagePool(set)],
    ['BATCH_MATMUL', batchMatMul(set)],
    ['CONV_2D', conv(set)],
    ['DEPTHWISE_CONV_2D', depthwiseConv(set)],
    ['FULLY_CONNECTED', fullyConnected(set)],
    ['MAX_POOL_2D', keeps(36)],
    ['MAXIMUM', neverPrepared],
    ['MINIMUM', neverPrepared],
    ['MUL', keeps(36)],
    ['PAD', keeps(56)],
    ['PADV2', keeps(56)],
    ['SOFTMAX', softmax],
    ['SVDF', svdf(set)],
    ['TRANSPOSE', onlyLooks],
    ['TRANSPOSE_CONV', transposeConv(set)],
    ['UNIDIRECTIONAL_SEQUENCE_LSTM', lstm],
  ]);
  ruleSets.set(set, rules);
  return rules;
}
