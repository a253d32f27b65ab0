import { activationKernels } from './kernels/activation';
import { prepareCircularBuffer } from './kernels/circularBuffer';
import { controlKernels } from './kernels/control';
import { convolutionKernels } from './kernels/convolution';
import { cumulatingKernels, prepareAddN } from './kernels/cumulating';
import { denseKernels } from './kernels/dense';
import { elementwiseKernels } from './kernels/elementwise';
import { gatheringKernels, prepareEmbedding, prepareUpdateSlice } from './kernels/gathering';
import { joiningKernels } from './kernels/joining';
import { lstmKernels } from './kernels/lstm';
import { makingKernels, prepareBroadcastArgs } from './kernels/making';
import { matmulKernels } from './kernels/matmul';
import { movementKernels } from './kernels/movement';
import { normalizationKernels } from './kernels/normalization';
import { paddingKernels } from './kernels/padding';
import { poolingKernels } from './kernels/pooling';
import { quantizingKernels } from './kernels/quantizing';
import { reductionKernels } from './kernels/reduction';
import { resizingKernels } from './kernels/resizing';
import { signalKernels } from './kernels/signal';
import { softmaxKernels } from './kernels/softmax';
import { svdfKernels } from './kernels/svdf';
import { transposeConvolutionKernels } from './kernels/transposeConvolution';
import { unaryKernels } from './kernels/unary';
import type { Node } from '../../ir/graph';
import type { KernelTable, Prepare } from './kernel';

/** To add an operator: its kernel in the file of its family under kernels/, and that family here. */
const KERNELS: KernelTable = {
  ...convolutionKernels,
  ...transposeConvolutionKernels,
  ...denseKernels,
  ...matmulKernels,
  ...poolingKernels,
  ...elementwiseKernels,
  ...unaryKernels,
  ...activationKernels,
  ...softmaxKernels,
  ...normalizationKernels,
  ...quantizingKernels,
  ...movementKernels,
  ...joiningKernels,
  ...paddingKernels,
  ...gatheringKernels,
  ...resizingKernels,
  ...reductionKernels,
  ...cumulatingKernels,
  ...makingKernels,
  ...svdfKernels,
  ...lstmKernels,
  ...controlKernels,
};

/** Operators outside the IR's vocabulary, by the name in the file. */
const NAMED_KERNELS: ReadonlyMap<string, Prepare> = new Map<string, Prepare>([
  ['EMBEDDING_LOOKUP', prepareEmbedding],
  ['DYNAMIC_UPDATE_SLICE', prepareUpdateSlice],
  ['ADD_N', prepareAddN],
  ['CIRCULAR_BUFFER', prepareCircularBuffer],
  ['BROADCAST_ARGS', prepareBroadcastArgs],
  ...Object.entries(signalKernels),
]);

/** What prepares a node; null where the engine has no kernel for its operator. */
export function kernelFor(node: Node): Prepare | null {
  if (node.op.kind === 'Opaque') return NAMED_KERNELS.get(node.source.op) ?? null;
  // The table pairs each kind with a kernel for its own member of the vocabulary.
  return (KERNELS[node.op.kind] as Prepare | undefined) ?? null;
}
