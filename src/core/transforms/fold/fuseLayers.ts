import { decodeReals } from '../../ir/decode';
import type { Graph, Node } from '../../ir/graph';
import type { ActivationNode } from '../../ir/ops/activation';
import type { Activation } from '../../ir/ops/common';
import type { Op } from '../../ir/ops/op';
import { elementCount, isStatic } from '../../ir/shape';
import type { ConstantData, Tensor, TensorId } from '../../ir/tensor';

/**
 * Joins what belongs to one layer: a batch normalization into the weights before it, a constant addition into a missing
 * bias, an activation function into the layer's own. Only where nobody else reads what lies between. Ids of tensors
 * stay; tensors are added at the end. Linear in nodes.
 */
export function fuseLayers(graph: Graph): Graph {
  return new LayerFusion(graph).run();
}

/** Operators with weights, and the axis of their weights that runs over the output channels. */
function channelAxis(op: Op): number | null {
  switch (op.kind) {
    case 'Conv1d':
    case 'Conv2d':
    case 'DepthwiseConv2d':
      return op.layout === 'NCHW' ? 0 : null;
    case 'TransposeConv2d':
      return op.layout === 'NCHW' && op.groups === 1 ? 1 : null;
    case 'FullyConnected':
      return op.weights === 'OI' ? 0 : 1;
    default:
      return null;
  }
}

const FUSING: ReadonlySet<string> = new Set([
  'Conv1d',
  'Conv2d',
  'DepthwiseConv2d',
  'FullyConnected',
  'Add',
  'Sub',
  'Mul',
  'Div',
]);

const CLIPS: Readonly<Record<string, Activation>> = { '0,6': 'relu6', '0,': 'relu', '-1,1': 'reluN1To1' };

function fusedForm({ fn, min, max }: ActivationNode, inputs: number): Activation | null {
  if (fn === 'relu' || fn === 'relu6' || fn === 'reluN1To1') return fn;
  // Bounds that are inputs but not constants are not in `min` and `max`.
  const known = inputs < 2 || (min !== undefined && (inputs < 3 || max !== undefined));
  return fn === 'clip' && known ? (CLIPS[`${min ?? ''},${max ?? ''}`] ?? null) : null;
}

class LayerFusion {
  readonly #graph: Graph;
  readonly #tensors: Tensor[];
  readonly #readers: Int32Array;
  /** The node, as it is by now, that makes a tensor. */
  readonly #makers = new Map<TensorId, number>();
  readonly #nodes: (Node | null)[] = [];

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#tensors = [...graph.tensors];
    this.#readers = new Int32Array(graph.tensors.length);
    for (const node of graph.nodes) for (const id of node.inputs) if (id !== null) this.#readers[id]! += 1;
    for (const id of graph.outputs) this.#readers[id]! += 1;
  }

  run(): Graph {
    for (const node of this.#graph.nodes) {
      const layer = this.#layerBefore(node);
      const joined = layer && this.#join(layer, node);
      const place = this.#nodes.length;
      if (joined) this.#nodes[this.#makers.get(layer.outputs[0]!)!] = null;
      this.#nodes.push(joined ?? node);
      for (const id of node.outputs) this.#makers.set(id, place);
    }
    const nodes = this.#nodes.filter((node) => node !== null).map((node, id) => ({ ...node, id }));
    return { ...this.#graph, tensors: this.#tensors, nodes };
  }

  /** The layer whose only reader is this node, with nothing said of the scale of what lies between. */
  #layerBefore(node: Node): Node | null {
    for (const id of node.inputs) {
      if (id === null || this.#readers[id] !== 1 || this.#tensors[id]!.quantization) continue;
      const layer = this.#nodes[this.#makers.get(id) ?? -1];
      if (layer?.outputs.length !== 1) continue;
      return 'activation' in layer.op && layer.op.activation === 'none' ? layer : null;
    }
    return null;
  }

  #join(layer: Node, node: Node): Node | null {
    switch (node.op.kind) {
      case 'BatchNorm':
        return node.inputs[0] === layer.outputs[0] ? this.#normalized(layer, node, node.op.epsilon) : null;
      case 'Add':
        return node.op.activation === 'none' ? (this.#biased(layer, node) ?? this.#affine(layer, node)) : null;
      case 'Mul':
        return node.op.activation === 'none' ? this.#affine(layer, node) : null;
      case 'Activation':
        return node.inputs[0] === layer.outputs[0] ? this.#activated(layer, node, node.op) : null;
      default:
        return null;
    }
  }

  #activated(layer: Node, node: Node, op: ActivationNode): Node | null {
    const activation = FUSING.has(layer.op.kind) ? fusedForm(op, node.inputs.length) : null;
    if (activation === null) return null;
    return { ...layer, op: { ...layer.op, activation } as Op, outputs: node.outputs };
  }

  /** An addition of one constant a channel becomes the bias of a layer that has none. */
  #biased(layer: Node, node: Node): Node | null {
    if ((layer.inputs[2] ?? null) !== null) return null;
    const use = this.#channelOperand(layer, node);
    if (!use || (use.operand.quantization?.scales.length ?? 1) > 1) return null;
    const id = this.#tensors.length;
    this.#tensors.push({ ...use.operand, id, shape: [use.count] });
    return { ...layer, inputs: [layer.inputs[0]!, layer.inputs[1]!, id], outputs: node.outputs };
  }

  /** The constant, one value an output channel of the layer, that a node joins the layer's result with. */
  #channelOperand(layer: Node, node: Node): { readonly operand: Tensor; readonly count: number } | null {
    const axis = channelAxis(layer.op);
    if (axis === null || node.inputs.length !== 2) return null;
    const operand = this.#tensors[node.inputs[0] === layer.outputs[0] ? node.inputs[1]! : node.inputs[0]!]!;
    const { shape: weights } = this.#tensors[layer.inputs[1]!]!;
    const { shape: result } = this.#tensors[node.outputs[0]!]!;
    if (!operand.constant || !isStatic(operand.shape) || !isStatic(weights) || !isStatic(result)) return null;
    const count = weights[axis]!;
    const fits = isPerChannel(operand.shape, count, trailingOnes(layer.op, weights), result.length);
    return fits ? { operand, count } : null;
  }

  /** A multiplication or addition of one constant a channel, taken into float weights and bias. */
  #affine(layer: Node, node: Node): Node | null {
    const use = this.#channelOperand(layer, node);
    if (!use || !isFloatConstant(use.operand)) return null;
    const values = decodeReals(use.operand);
    return node.op.kind === 'Mul'
      ? this.#scaled(layer, node, values, new Float32Array(use.count))
      : this.#scaled(layer, node, new Float32Array(use.count).fill(1), values);
  }

  /** (x - mean)·a + shift with a = scale / sqrt(variance + epsilon). */
  #normalized(layer: Node, node: Node, epsilon: number): Node | null {
    const parameters = node.inputs.slice(1, 5).map((id) => (id === null ? undefined : this.#tensors[id]));
    if (parameters.length !== 4 || !parameters.every(isFloatConstant)) return null;
    const [scale, shift, mean, variance] = parameters.map((each) => decodeReals(each!)) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const factors = scale.map((each, i) => each / Math.sqrt(variance[i]! + epsilon));
    return this.#scaled(
      layer,
      node,
      factors,
      shift.map((each, i) => each - mean[i]! * factors[i]!),
    );
  }

  /** The layer and a following x·factor + shift as one layer: W·factor and b·factor + shift. */
  #scaled(layer: Node, node: Node, factors: Float32Array, shift: Float32Array): Node | null {
    const axis = channelAxis(layer.op);
    const weights = this.#tensors[layer.inputs[1]!]!;
    const bias = this.#tensors[layer.inputs[2] ?? -1];
    if (axis === null || !isFloatConstant(weights) || !isStatic(weights.shape)) return null;
    if (bias && (!isFloatConstant(bias) || elementCount(bias.shape) !== factors.length)) return null;
    const isPlain = factors.every((factor) => factor === 1);
    const before = bias ? decodeReals(bias) : new Float32Array(factors.length);
    const after = before.map((each, i) => each * factors[i]! + shift[i]!);
    const inputs = [
      layer.inputs[0]!,
      isPlain
        ? weights.id
        : this.#add(weights.name, weights.shape, scaledAlong(decodeReals(weights), weights.shape, axis, factors)),
      this.#add(bias?.name ?? `${this.#tensors[layer.outputs[0]!]!.name}/bias`, [after.length], after),
    ];
    return { ...layer, inputs, outputs: node.outputs };
  }

  #add(name: string, shape: readonly number[], values: Float32Array): TensorId {
    const id = this.#tensors.length;
    const constant: ConstantData = {
      byteLength: values.byteLength,
      storedBytes: values.byteLength,
      key: `fused:${id}`,
      read: () => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    };
    this.#tensors.push({ id, name, dtype: 'float32', shape, quantization: null, constant, isVariable: false });
    return id;
  }
}

function isFloatConstant(tensor: Tensor | undefined): boolean {
  return tensor !== undefined && tensor.constant !== null && tensor.dtype === 'float32' && !tensor.isSparse;
}

/** Axes behind the channels in what a layer gives. */
function trailingOnes(op: Op, weights: readonly number[]): number {
  return op.kind === 'FullyConnected' ? 0 : weights.length - 2;
}

/** [C] before `trailing` ones, with nothing but ones in front. */
function isPerChannel(shape: readonly number[], count: number, trailing: number, rank: number): boolean {
  const at = shape.length - 1 - trailing;
  return shape.length <= rank && at >= 0 && shape[at] === count && shape.every((dim, i) => i === at || dim === 1);
}

function scaledAlong(
  values: Float32Array,
  shape: readonly number[],
  axis: number,
  factors: Float32Array,
): Float32Array {
  const inner = shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const count = shape[axis]!;
  return values.map((value, i) => value * factors[Math.floor(i / inner) % count]!);
}
