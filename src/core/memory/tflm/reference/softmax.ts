import type { KernelNode } from '../kernelNode';
import type { KernelRule, MemoryRequest } from '../kernelRequests';
import { persistent } from '../kernelRequests';

/** Lookup tables of int16 softmax: 513 int16 values each (softmax_common.cc). */
const TABLE_BYTES = 2 * 513;

export function softmaxTables(node: KernelNode): readonly MemoryRequest[] {
  return node.needInput(0).dtype === 'int16' ? [persistent(TABLE_BYTES), persistent(TABLE_BYTES)] : [];
}

/** SoftmaxPrepare in tflite-micro kernels/softmax_common.cc. */
export const softmax: KernelRule = (node) => ({ init: [56], prepare: softmaxTables(node) });
