import type { Graph, Node } from '../../ir/graph';
import type { Model } from '../../ir/model';
import type { OpKind } from '../../ir/ops/op';
import { perTensor, type Quantization } from '../../ir/quantization';
import { isStatic } from '../../ir/shape';
import type { Tensor } from '../../ir/tensor';
import type { NoMemoryPlan } from '../memoryPlan';

/** What a tensor becomes: its own channels of scales are counted, as kernels keep something for each. */
type Part = 'activation' | 'weights' | 'bias';

/**
 * The model as full-integer quantization would leave its tensors: float activations and weights int8, biases int32,
 * convolutions with a scale a channel. It has the sizes of the quantized model, none of its values: scales are
 * all 1. A reason for a model without float activations.
 */
export function withInt8(model: Model): Model | NoMemoryPlan {
  const graphs = model.graphs.map(withInt8Graph);
  const isFloatModel = model.graphs.some((graph) => graph.tensors.some((t) => !t.constant && isFloat32(t)));
  if (!isFloatModel) return { reason: 'No activation is float: there is nothing to make int8.' };
  return { ...model, graphs };
}

function withInt8Graph(graph: Graph): Graph {
  const parts = partsOf(graph);
  const tensors = graph.tensors.map((tensor) => {
    if (!isFloat32(tensor)) return tensor;
    const part = parts.get(tensor.id) ?? { part: 'activation' as const, channels: 1 };
    return quantized(tensor, part.part, part.channels);
  });
  return { ...graph, tensors };
}

interface PartOf {
  readonly part: Part;
  readonly channels: number;
}

const CONVOLUTIONS: ReadonlySet<OpKind> = new Set<OpKind>([
  ...(['Conv1d', 'Conv2d', 'Conv3d', 'DepthwiseConv2d', 'TransposeConv2d'] as const),
]);

function partsOf(graph: Graph): ReadonlyMap<number, PartOf> {
  const parts = new Map<number, PartOf>();
  for (const node of graph.nodes) {
    const isConvolution = CONVOLUTIONS.has(node.op.kind);
    if (!isConvolution && node.op.kind !== 'FullyConnected') continue;
    const channels = isConvolution ? channelsOf(graph, node) : 1;
    for (const [position, part] of [
      [1, 'weights'],
      [2, 'bias'],
    ] as const) {
      const id = node.inputs[position];
      if (typeof id === 'number' && graph.tensors[id]?.constant) parts.set(id, { part, channels });
    }
  }
  return parts;
}

function channelsOf({ tensors }: Graph, { op, outputs }: Node): number {
  const shape = tensors[outputs[0] ?? -1]?.shape ?? null;
  if (!isStatic(shape)) return 1;
  return shape['layout' in op && op.layout === 'NCHW' ? 1 : shape.length - 1] ?? 1;
}

function quantized(tensor: Tensor, part: Part, channels: number): Tensor {
  const dtype = part === 'bias' ? 'int32' : 'int8';
  return { ...tensor, dtype, quantization: channels === 1 ? perTensor(1, 0) : perChannel(channels) };
}

function perChannel(channels: number): Quantization {
  return { scales: new Float32Array(channels).fill(1), zeroPoints: new Int32Array(channels), axis: 0 };
}

function isFloat32({ dtype }: Tensor): boolean {
  return dtype === 'float32' || dtype === 'float16' || dtype === 'bfloat16';
}
