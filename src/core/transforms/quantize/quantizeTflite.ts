import { decodeReals } from '../../ir/decode';
import { isFloat } from '../../ir/dtype';
import { ModelError } from '../../ir/errors';
import type { Graph, Node } from '../../ir/graph';
import type { Model } from '../../ir/model';
import type { Quantization } from '../../ir/quantization';
import type { TensorId } from '../../ir/tensor';
import { preparedGraph } from '../fold/prepare';
import type { ActivationHistogram } from './activationHistogram';
import { affineInt8, quantizeTensor, type Range } from './affine';
import { constantOf, GraphDraft, INT8, requantizeNode } from './graphDraft';
import { int8Version, touchesReals } from './int8Rules';
import { chooseRange, type RangeMethod } from './ranges';
import { ScaleGroups } from './scaleGroups';
import { weightedInputs } from './weightedOps';
import { channelsAlong, quantizeBias, quantizeWeights, type QuantizedConstant } from './weights';

/** What was seen of each activation, by tensor id. */
export type Observations = ReadonlyMap<TensorId, ActivationHistogram>;

export interface QuantizedGraph {
  /** Tensor ids of the source graph hold; added tensors come after them. */
  readonly graph: Graph;
  /** Node of the source's main graph by node of `graph`; null for those put in between. */
  readonly sourceNodes: readonly (number | null)[];
}

/**
 * Static int8 as TFLite Micro takes it: int8 inputs and outputs, int8 activations with one scale each, int8 weights
 * with a scale a channel (dense layers: one in all, which every runtime knows), int32 biases. The model must have passed
 * `assertQuantizable`. Throws ModelError `not-finite` with the node whose values are not numbers.
 */
export function quantizeTflite(model: Model, observations: Observations, method: RangeMethod): QuantizedGraph {
  const graph = preparedGraph(model);
  const scales = activationScales(graph, observations, method);
  return new TfliteQuantizer(graph, scales).run();
}

interface ActivationScales {
  readonly groups: ScaleGroups;
  scaleOf(id: TensorId): Quantization;
}

/** One scale for each group of tensors, from the union of its members' ranges. */
function activationScales(graph: Graph, observations: Observations, method: RangeMethod): ActivationScales {
  const groups = new ScaleGroups(graph);
  const ranges = new Map<TensorId, Range>();
  const widen = (id: TensorId, range: Range) => {
    const leader = groups.leader(id);
    const known = ranges.get(leader) ?? { low: 0, high: 0 };
    ranges.set(leader, { low: Math.min(known.low, range.low), high: Math.max(known.high, range.high) });
  };
  for (const [id, histogram] of observations) {
    if (histogram.notFinite > 0) throw notFinite(graph, id);
    if (groups.fixed(id) === null) widen(id, chooseRange(histogram, method));
  }
  for (const tensor of graph.tensors) {
    if (tensor.constant && isFloat(tensor.dtype) && groups.leader(tensor.id) !== tensor.id) {
      widen(tensor.id, rangeOf(decodeReals(tensor), tensor.name));
    }
  }
  const chosen = new Map<TensorId, Quantization>();
  return {
    groups,
    scaleOf: (id) => {
      const leader = groups.leader(id);
      const known = groups.fixed(id) ?? chosen.get(leader);
      if (known) return known;
      const range = ranges.get(leader);
      if (!range) throw new ModelError('corrupt', `Nothing was seen of ${graph.tensors[id]!.name} while calibrating.`);
      const scale = affineInt8(range);
      chosen.set(leader, scale);
      return scale;
    },
  };
}

class TfliteQuantizer {
  readonly #graph: Graph;
  readonly #scales: ActivationScales;
  readonly #draft: GraphDraft;
  readonly #sourceNodes: (number | null)[] = [];
  /** Constants already quantized: the tensor made for a use of one. */
  readonly #made = new Map<string, TensorId>();
  readonly #taken = new Set<TensorId>();

  constructor(graph: Graph, scales: ActivationScales) {
    this.#graph = graph;
    this.#scales = scales;
    this.#draft = new GraphDraft(graph);
  }

  run(): QuantizedGraph {
    for (const tensor of this.#graph.tensors) {
      if (!tensor.constant && isFloat(tensor.dtype) && this.#isUsed(tensor.id)) {
        this.#draft.replace(tensor.id, { dtype: INT8, quantization: this.#scales.scaleOf(tensor.id) });
      }
    }
    for (const node of this.#graph.nodes) this.#addNode(node);
    return { graph: this.#draft.finish(), sourceNodes: this.#sourceNodes };
  }

  #addNode(node: Node): void {
    if (!touchesReals(this.#graph, node)) {
      this.#push(node, node.id);
      return;
    }
    const inputs = this.#weighted(node) ?? node.inputs.map((id, input) => this.#operand(node, id, input));
    const version = int8Version(node.source.op, node.source.version);
    this.#push({ ...node, inputs, source: { ...node.source, version } }, node.id);
  }

  #push(node: Node, sourceNode: number | null): void {
    this.#draft.add(node);
    this.#sourceNodes.push(sourceNode);
  }

  /** The inputs of a convolution or dense layer with constant weights; null for other nodes. */
  #weighted(node: Node): readonly (TensorId | null)[] | null {
    const place = weightedInputs(this.#graph, node);
    const weightsId = place === null ? null : node.inputs[place.weights];
    if (!place || weightsId === null || weightsId === undefined || !this.#draft.source.tensors[weightsId]!.constant) {
      return null;
    }
    const biasId = node.inputs[place.bias] ?? null;
    const bias = biasId === null ? null : decodeReals(this.#graph.tensors[biasId]!);
    const inputScale = this.#scales.scaleOf(node.inputs[0]!).scales[0]!;
    const tensor = this.#graph.tensors[weightsId]!;
    const perChannel = node.op.kind !== 'FullyConnected' && node.op.kind !== 'MatMul';
    const layout = perChannel ? channelsAlong(tensor.shape as readonly number[], place.channelAxis) : null;
    const name = nameOf(this.#graph, node);
    const weights = quantizeWeights(decodeReals(tensor), layout, { bias, inputScale }, name);
    return node.inputs.map((id, input) => {
      if (id === null) return null;
      if (input === place.weights) return this.#place(id, weights);
      if (input === place.bias && bias)
        return this.#place(id, quantizeBias(bias, inputScale, weights.quantization, name));
      return this.#operand(node, id, input);
    });
  }

  /** An input that is no weight: an activation (brought to the group's scale if need be) or a float constant. */
  #operand(node: Node, id: TensorId | null, input: number): TensorId | null {
    if (id === null || !isFloat(this.#graph.tensors[id]!.dtype)) return id;
    const tensor = this.#graph.tensors[id]!;
    if (tensor.constant) return this.#constantOperand(id, nameOf(this.#graph, node));
    const isRequantized = this.#scales.groups.requantized.some((edge) => edge.node === node.id && edge.input === input);
    return isRequantized ? this.#requantized(id, this.#scales.scaleOf(node.outputs[0]!)) : id;
  }

  #constantOperand(id: TensorId, name: string): TensorId {
    const reals = decodeReals(this.#graph.tensors[id]!);
    const isGrouped = this.#scales.groups.leader(id) !== id;
    const quantization = isGrouped ? this.#scales.scaleOf(id) : affineInt8(rangeOf(reals, name));
    const bytes = new Uint8Array(quantizeTensor(reals, quantization).buffer);
    return this.#place(id, { dtype: 'int8', bytes, quantization });
  }

  #requantized(id: TensorId, quantization: Quantization): TensorId {
    const key = `${id} at ${quantization.scales[0]} ${quantization.zeroPoints[0]}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const tensor = this.#graph.tensors[id]!;
    const added = this.#draft.addLike(id, `${tensor.name}_requantized`, { dtype: INT8, quantization });
    this.#made.set(key, added);
    this.#push(requantizeNode(id, added, 2), null);
    return added;
  }

  /** Puts integers where the float constant was, or beside it when another use of it took another scale. */
  #place(id: TensorId, { dtype, bytes, quantization }: QuantizedConstant): TensorId {
    const key = `${id} as ${dtype} ${quantization.scales.join(' ')} ${quantization.zeroPoints.join(' ')}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const change = { dtype, quantization, constant: constantOf(bytes) };
    const isFirst = !this.#taken.has(id);
    if (isFirst) this.#draft.replace(id, change);
    const placed = isFirst
      ? id
      : this.#draft.addLike(id, `${this.#graph.tensors[id]!.name}_${this.#made.size}`, change);
    this.#taken.add(id);
    this.#made.set(key, placed);
    return placed;
  }

  #isUsed(id: TensorId): boolean {
    this.#used ??= new Set<TensorId | null>([
      ...this.#graph.inputs,
      ...this.#graph.outputs,
      ...this.#graph.nodes.flatMap((node) => [...node.inputs, ...node.outputs]),
    ]);
    return this.#used.has(id);
  }

  #used: ReadonlySet<TensorId | null> | null = null;
}

function rangeOf(reals: Float32Array, name: string): Range {
  let [low, high] = [0, 0];
  for (const real of reals) {
    if (!Number.isFinite(real)) {
      throw new ModelError('not-finite', `A constant of ${name} holds values that are not finite numbers.`, [name]);
    }
    if (real < low) low = real;
    if (real > high) high = real;
  }
  return { low, high };
}

function notFinite(graph: Graph, id: TensorId): ModelError {
  const maker = graph.nodes.find((node) => node.outputs.includes(id));
  const name = maker ? nameOf(graph, maker) : graph.tensors[id]!.name;
  return new ModelError('not-finite', `${name} gives values that are not finite numbers on the calibration data.`, [
    name,
  ]);
}

/** `CONV_2D 3 (model/conv1)`: how a node is called in messages. */
export function nameOf(graph: Graph, node: Node): string {
  const output = node.outputs[0];
  const name = node.source.name || (output === undefined ? '' : graph.tensors[output]!.name);
  return `${node.source.op} ${node.source.index}${name === '' ? '' : ` (${name})`}`;
}
