import type { Tensor } from '../../../ir/tensor';
import { dimsOf, elementsOf, type KernelNode } from '../kernelNode';
import type { KernelRequests, KernelRule } from '../kernelRequests';
import { scratch } from '../kernelRequests';

/** One int32 an input dimension to walk by, and one an axis to reduce. */
function walk(node: KernelNode) {
  return [scratch(4 * dimsOf(node.needInput(0)).length), scratch(4 * elementsOf(node.needInput(1)))];
}

/** PrepareSimple in kernels/reduce_common.cc looks at the operands once more. */
function looksAt(node: KernelNode): readonly (Tensor | null)[] {
  const [input, axis, output] = [node.input(0), node.input(1), node.output(0)];
  return [input, output, axis, input, axis, ...(input?.dtype === 'int8' ? [output] : [])];
}

function reduction(node: KernelNode, accumulator: KernelRequests['prepare']): KernelRequests {
  return { init: [44], prepare: [...accumulator, ...walk(node)], looksAt: looksAt(node) };
}

/** PrepareMeanOrSumHelper in tflite-micro kernels/reduce_common.cc: integers are summed up in int32. */
export const meanOrSum: KernelRule = (node) => {
  const isInteger = ['int8', 'int16'].includes(node.needInput(0).dtype);
  return reduction(node, isInteger ? [scratch(4 * elementsOf(node.needOutput(0)))] : []);
};

/** PrepareMinMaxHelper and PrepareAllHelper in the same file. */
export const minMaxOrAll: KernelRule = (node) => reduction(node, []);
