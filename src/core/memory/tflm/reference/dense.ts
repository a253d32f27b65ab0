import type { Tensor } from '../../../ir/tensor';
import { bytesOf } from '../../../ir/dtype';
import { dimsOf, elementsOf } from '../kernelNode';
import type { KernelRule, MemoryRequest } from '../kernelRequests';
import { persistent } from '../kernelRequests';
import { intArrayBytes, structures } from '../structures';

/** A copy of a tensor's dimensions that may be written to (CreateWritableTensorDimsWithCopy in kernel_util.cc). */
export function ownDims(tensor: Tensor): MemoryRequest {
  return persistent(intArrayBytes(dimsOf(tensor).length));
}

/** A tensor of an operand's size with its last two dimensions swapped, kept for good. */
export function transposed(operand: Tensor): readonly MemoryRequest[] {
  return [persistent(structures.evalTensor), ownDims(operand), persistent(bytesOf(operand.dtype, elementsOf(operand)))];
}

/** BatchMatMulPrepare in tflite-micro kernels/batch_matmul.cc: the right side is transposed unless it already is. */
export const batchMatMul: KernelRule = (node) => {
  const [left, right] = [node.needInput(0), node.needInput(1)];
  const isInteger = left.dtype === 'int8' || left.dtype === 'int16';
  return {
    init: [16],
    prepare: [
      ...(isInteger ? [persistent(28)] : []),
      ...(node.option('adj_x') === true ? transposed(left) : []),
      ...(node.option('adj_y') === true ? [] : transposed(right)),
      ownDims(node.needOutput(0)),
    ],
  };
};

/** Kernels that only make the output's dimensions their own. */
export const ownsOutputDims: KernelRule = (node) => ({ init: [], prepare: [ownDims(node.needOutput(0))] });

/** EmbeddingLookUpPrepare in kernels/embedding_lookup.cc. */
export const embeddingLookup: KernelRule = (node) => ({
  init: [],
  prepare: [ownDims(node.needOutput(0)), persistent(8)],
});
