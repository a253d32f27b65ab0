import { bytesOf } from '../../../ir/dtype';
import { elementsOf } from '../kernelNode';
import type { KernelRule } from '../kernelRequests';
import { persistent } from '../kernelRequests';

/**
 * The first operator that assigns a variable makes its room (MicroResourceVariables::Allocate in tflite-micro
 * micro_resource_variable.cc).
 */
export const assignVariable: KernelRule = (node) => {
  const value = node.needInput(1);
  const handle = node.producerOf(0);
  // A handle handed in from another graph is not known yet when the kernel prepares: it makes no room then.
  const isFirst = handle?.op.kind === 'VarHandle' && node.isFirst(`resource ${handle.op.resource}`);
  return { init: [], prepare: isFirst ? [persistent(bytesOf(value.dtype, elementsOf(value)))] : [], looksAt: [value] };
};
