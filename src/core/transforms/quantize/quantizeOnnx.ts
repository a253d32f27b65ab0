import { decodeReals } from '../../ir/decode';
import type { Graph, Node } from '../../ir/graph';
import { mainGraph, type Model } from '../../ir/model';
import type { OpKind } from '../../ir/ops/op';
import type { Tensor, TensorId } from '../../ir/tensor';
import { consumers, producers } from '../../ir/traverse';
import { ActivationScales, nameOf, rangeOf, type Observations } from './activationScales';
import { affineInt8, quantizeTensor } from './affine';
import { GraphDraft } from './graphDraft';
import { scaleRule, touchesReals } from './int8Rules';
import type { RangeMethod } from './ranges';
import { weightedInputs } from './weightedOps';
import { channelsAlong, quantizeBias, quantizeWeights } from './weights';

export interface QuantizedOnnx {
  readonly graph: Graph;
  /** Operators left in float, by name. */
  readonly floatOperators: readonly string[];
}

/**
 * Static int8 in the QDQ form: float inputs and outputs, int8 activations with one scale each, int8 weights with a scale
 * an output channel, int32 biases. What has no integer kernel stays float. An activation function right after a
 * convolution or dense layer is part of it: only its result is quantized. `writeOnnx` says how the graph becomes a file.
 * Throws ModelError `not-finite`.
 */
export function quantizeOnnx(model: Model, observations: Observations, method: RangeMethod): QuantizedOnnx {
  const graph = mainGraph(model);
  const plan = planOnnx(model, graph);
  const kept = new Map([...observations].filter(([id]) => plan.tensors.has(id)));
  const scales = new ActivationScales(plan.grouped, kept, method);
  const quantized = new OnnxQuantizer(graph, plan, scales).run();
  const left = graph.nodes.filter((node) => touchesReals(graph, node) && !plan.nodes.has(node.id));
  return { graph: quantized, floatOperators: [...new Set(left.map((node) => node.source.op))].sort() };
}

interface OnnxPlan {
  /** Nodes computed in integers. */
  readonly nodes: ReadonlySet<number>;
  /** Activations stored as int8. */
  readonly tensors: ReadonlySet<TensorId>;
  /** The graph with only those nodes, for finding tensors that share a scale. */
  readonly grouped: Graph;
}

/** Softmax is kept in float: its probabilities are what the user reads. */
const FLOAT_KINDS: ReadonlySet<OpKind> = new Set<OpKind>(['Softmax', 'LogSoftmax', 'ArgMax', 'ArgMin']);
const FUSING_KINDS: ReadonlySet<OpKind> = new Set<OpKind>([
  'Conv1d',
  'Conv2d',
  'Conv3d',
  'DepthwiseConv2d',
  'TransposeConv2d',
  'FullyConnected',
  'Add',
]);
const FUSED_FUNCTIONS: ReadonlySet<string> = new Set(['relu', 'relu6', 'clip']);

function planOnnx(model: Model, graph: Graph): OnnxPlan {
  const nodes = new Set<number>();
  for (const node of graph.nodes) if (isIntegerNode(graph, node)) nodes.add(node.id);
  const inBodies = new Set(
    model.graphs.flatMap((body) => body.tensors.filter((tensor) => tensor.captured).map((tensor) => tensor.name)),
  );
  const made = producers(graph);
  const readers = consumers(graph);
  const tensors = new Set<TensorId>();
  for (const { id, name, constant, dtype } of graph.tensors) {
    if (constant || dtype !== 'float32' || inBodies.has(name)) continue;
    const maker = graph.nodes[made[id]!];
    const users = [...readers.nodes.subarray(readers.starts[id], readers.starts[id + 1])].map(
      (node) => graph.nodes[node]!,
    );
    const touching = maker ? [maker, ...users] : users;
    if (!touching.some((node) => nodes.has(node.id))) continue;
    if (!maker || !isFusedInto(graph, id, maker, users)) tensors.add(id);
  }
  return { nodes, tensors, grouped: { ...graph, nodes: graph.nodes.filter((node) => nodes.has(node.id)) } };
}

function isIntegerNode(graph: Graph, node: Node): boolean {
  if (!touchesReals(graph, node) || FLOAT_KINDS.has(node.op.kind)) return false;
  const touched = [...node.inputs, ...node.outputs].flatMap((id) => (id === null ? [] : [graph.tensors[id]!]));
  if (touched.some((tensor) => tensor.dtype === 'float16' || tensor.dtype === 'float64')) return false;
  if (node.op.kind === 'Conv1d' || node.op.kind === 'MatMul') return true;
  if (node.op.kind === 'Activation' && node.op.fn === 'clip') return true;
  return scaleRule(node.op) !== null;
}

/** A value between a layer and the activation function that alone reads it. */
function isFusedInto(graph: Graph, id: TensorId, maker: Node, users: readonly Node[]): boolean {
  const [user] = users;
  if (users.length !== 1 || !user || graph.outputs.includes(id) || !FUSING_KINDS.has(maker.op.kind)) return false;
  return user.op.kind === 'Activation' && FUSED_FUNCTIONS.has(user.op.fn);
}

class OnnxQuantizer {
  readonly #graph: Graph;
  readonly #plan: OnnxPlan;
  readonly #scales: ActivationScales;
  readonly #draft: GraphDraft;
  constructor(graph: Graph, plan: OnnxPlan, scales: ActivationScales) {
    this.#graph = graph;
    this.#plan = plan;
    this.#scales = scales;
    this.#draft = new GraphDraft(graph);
  }

  run(): Graph {
    const ports = new Set([...this.#graph.inputs, ...this.#graph.outputs]);
    for (const id of this.#plan.tensors) {
      const quantization = this.#scales.scaleOf(id);
      // Inputs and outputs stay float in the file and are rounded on the way.
      this.#draft.replace(id, ports.has(id) ? { quantization } : { quantization, dtype: 'int8' });
    }
    for (const node of this.#graph.nodes) {
      this.#draft.add(this.#plan.nodes.has(node.id) ? { ...node, inputs: this.#integerInputs(node) } : node);
    }
    return this.#draft.finish();
  }

  #integerInputs(node: Node): readonly (TensorId | null)[] {
    const place = weightedInputs(this.#graph, node);
    const weights = this.#constant((place && node.inputs[place.weights]) ?? null);
    if (place && weights) return this.#weightedInputs(node, weights, place.channelAxis);
    return node.inputs.map((id) => {
      const tensor = this.#constant(id);
      if (!tensor || !isArithmetic(node.op.kind)) return id;
      const reals = decodeReals(tensor);
      const quantization = this.#scales.isGrouped(tensor.id)
        ? this.#scales.scaleOf(tensor.id)
        : affineInt8(rangeOf(reals, nameOf(this.#graph, node)));
      const bytes = new Uint8Array(quantizeTensor(reals, quantization).buffer);
      return this.#draft.placeConstant(tensor.id, { dtype: 'int8', bytes, quantization });
    });
  }

  #weightedInputs(node: Node, weights: Tensor, channelAxis: number): readonly (TensorId | null)[] {
    const name = nameOf(this.#graph, node);
    const biasTensor = this.#constant(node.inputs[2] ?? null);
    const bias = biasTensor && decodeReals(biasTensor);
    const inputScale = this.#scales.scaleOf(node.inputs[0]!).scales[0]!;
    const layout = channelsAlong(weights.shape as readonly number[], channelAxis);
    const isVector = bias?.length === layout.channels;
    const quantized = quantizeWeights(decodeReals(weights), layout, { bias: isVector ? bias : null, inputScale }, name);
    return node.inputs.map((id, input) => {
      if (id === weights.id && input === 1) return this.#draft.placeConstant(id, quantized);
      if (id === null || input !== 2 || !bias || !isVector) return id;
      return this.#draft.placeConstant(id, quantizeBias(bias, inputScale, quantized.quantization, name));
    });
  }

  #constant(id: TensorId | null): Tensor | null {
    const tensor = id === null ? null : this.#graph.tensors[id]!;
    return tensor?.constant && tensor.dtype === 'float32' ? tensor : null;
  }
}

/** Operators whose constant operands are data, not settings. */
function isArithmetic(kind: OpKind): boolean {
  return kind === 'Add' || kind === 'Sub' || kind === 'Mul' || kind === 'Concat';
}
