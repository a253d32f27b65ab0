import type { Node } from '../../../ir/graph';
import type { Op } from '../../../ir/ops/op';
import type { KernelContext, Prepare, Run } from '../kernel';
import { kernelFor } from '../kernelTable';
import type { KernelFinder } from '../plan';
import { fastConvolution, fastDense, fastDepthwise } from './fastConvolution';
import { fastBinary } from './fastElementwise';
import type { FastMemory } from './fastMemory';

/** A context whose operator is known by the node's kind. */
function as<O extends Op>(context: KernelContext): KernelContext<O> {
  return context as KernelContext<O>;
}

/** The fast kernel of a node, or null where there is none for its types and shapes. */
function fastRun(context: KernelContext, memory: FastMemory): Run | null {
  switch (context.op.kind) {
    case 'Conv2d':
      return fastConvolution(as(context), memory);
    case 'DepthwiseConv2d':
      return fastDepthwise(as(context), memory);
    case 'FullyConnected':
      return fastDense(as(context), memory);
    case 'Add':
    case 'Sub':
    case 'Mul':
      return fastBinary(as(context), memory);
    default:
      return null;
  }
}

/** Kernels that compute in `memory` where they can and are plain where not; they round twice. */
export function fastKernels(memory: FastMemory): KernelFinder {
  return (node: Node): Prepare | null => {
    const plain = kernelFor(node);
    return plain && ((context) => fastRun(context, memory) ?? plain(context));
  };
}
