import type { Tensor } from '../../../ir/tensor';
import { dimsOf, type KernelNode } from '../kernelNode';
import type { KernelRule, MemoryRequest } from '../kernelRequests';
import { persistent, scratch } from '../kernelRequests';
import { dimOf, perChannel } from '../reference/convolution';
import { ownDims, transposed } from '../reference/dense';
import type { CmsisNnSet } from './cmsisNnSet';

/**
 * Prepare in tflite-micro kernels/cmsis_nn/fully_connected.cc with KERNELS_OPTIMIZED_FOR_SPEED: MVE sums the weights of
 * each output, for good where weights and bias are constant. Above two dimensions a layer runs as a 1x1 convolution,
 * which wants a multiplier and a shift for each output.
 */
export function fullyConnected(set: CmsisNnSet): KernelRule {
  return (node) => {
    const [input, filter] = [node.needInput(0), node.needInput(1)];
    const scales = filter.quantization?.scales.length ?? 0;
    const isPerChannel = input.dtype !== 'float32' && scales > 1;
    const isInt8 = input.dtype === 'int8' && filter.dtype !== 'int4';
    return {
      init: [72],
      prepare: [...(isPerChannel ? perChannel(scales) : []), ...(isInt8 ? buffersOfInt8(set, node, isPerChannel) : [])],
    };
  };
}

function buffersOfInt8(set: CmsisNnSet, node: KernelNode, isPerChannel: boolean): readonly MemoryRequest[] {
  const [filter, bias, output] = [node.needInput(1), node.input(2), node.needOutput(0)];
  const outputs = dimOf(output, -1);
  if (dimsOf(output).length > 2 && dimOf(filter, -1) % 4 === 0) return isPerChannel ? [] : [scratch(8 * outputs)];
  if (set !== 'cmsis-nn-mve') return [];
  const isConstant = filter.constant !== null && bias?.constant !== null;
  return [isConstant ? persistent(4 * outputs) : scratch(4 * outputs)];
}

/** Prepare in kernels/cmsis_nn/batch_matmul.cc: the right side is transposed unless it already is; MVE sums int8 rows. */
export function batchMatMul(set: CmsisNnSet): KernelRule {
  return (node) => {
    const [left, right, output] = [node.needInput(0), node.needInput(1), node.needOutput(0)];
    return {
      init: [36],
      prepare: [
        ...(node.option('adj_x') === true ? transposed(left) : []),
        ...(node.option('adj_y') === true ? [] : transposed(right)),
        ownDims(output),
        ...(left.dtype === 'float32' ? [] : [persistent(28)]),
        ...(set === 'cmsis-nn-mve' && left.dtype === 'int8' ? [scratch(4 * columnsOf(right, node))] : []),
      ],
    };
  };
}

/** Columns of the product. */
function columnsOf(right: Tensor, node: KernelNode): number {
  return dimOf(right, node.option('adj_y') === true ? -2 : -1);
}
