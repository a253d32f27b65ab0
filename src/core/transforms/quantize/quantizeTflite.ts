import { decodeReals } from '../../ir/decode';
import { isFloat } from '../../ir/dtype';
import type { Graph, Node } from '../../ir/graph';
import type { Model } from '../../ir/model';
import type { Quantization } from '../../ir/quantization';
import type { TensorId } from '../../ir/tensor';
import { preparedGraph } from '../fold/prepare';
import { ActivationScales, nameOf, rangeOf, type Observations } from './activationScales';
import { affineInt8, quantizeTensor } from './affine';
import { GraphDraft, requantizeNode } from './graphDraft';
import { int8Version, touchesReals } from './int8Rules';
import type { RangeMethod } from './ranges';
import { weightedInputs } from './weightedOps';
import { channelsAlong, quantizeBias, quantizeWeights } from './weights';

/**
 * Static int8 as TFLite Micro takes it: int8 inputs and outputs, int8 activations with one scale each, int8 weights
 * with a scale a channel (dense layers: one in all, which every runtime knows), int32 biases. The model must have passed
 * `assertQuantizable`. Ids of tensors are those of `preparedGraph`; added ones come after them. Throws ModelError
 * `not-finite` with the node whose values are not numbers.
 */
export function quantizeTflite(model: Model, observations: Observations, method: RangeMethod): Graph {
  const graph = preparedGraph(model);
  return new TfliteQuantizer(graph, new ActivationScales(graph, observations, method)).run();
}

class TfliteQuantizer {
  readonly #graph: Graph;
  readonly #scales: ActivationScales;
  readonly #draft: GraphDraft;
  readonly #requantizedIds = new Map<string, TensorId>();

  constructor(graph: Graph, scales: ActivationScales) {
    this.#graph = graph;
    this.#scales = scales;
    this.#draft = new GraphDraft(graph);
  }

  run(): Graph {
    for (const id of activationsOf(this.#graph)) {
      this.#draft.replace(id, { dtype: 'int8', quantization: this.#scales.scaleOf(id) });
    }
    for (const node of this.#graph.nodes) this.#addNode(node);
    return this.#draft.finish();
  }

  #addNode(node: Node): void {
    if (!touchesReals(this.#graph, node)) {
      this.#draft.add(node);
      return;
    }
    const inputs = this.#weighted(node) ?? node.inputs.map((id, input) => this.#operand(node, id, input));
    const version = int8Version(node.source.op, node.source.version);
    this.#draft.add({ ...node, inputs, source: { ...node.source, version } });
  }

  /** The inputs of a convolution or dense layer with constant weights; null for other nodes. */
  #weighted(node: Node): readonly (TensorId | null)[] | null {
    const place = weightedInputs(this.#graph, node);
    const weightsId = (place && node.inputs[place.weights]) ?? null;
    const tensor = weightsId === null ? null : this.#graph.tensors[weightsId]!;
    if (!place || !tensor?.constant) return null;
    const biasId = node.inputs[place.bias] ?? null;
    const bias = biasId === null ? null : decodeReals(this.#graph.tensors[biasId]!);
    const inputScale = this.#scales.scaleOf(node.inputs[0]!).scales[0]!;
    const perChannel = node.op.kind !== 'FullyConnected' && node.op.kind !== 'MatMul';
    const layout = perChannel ? channelsAlong(tensor.shape as readonly number[], place.channelAxis) : null;
    const name = nameOf(this.#graph, node);
    const weights = quantizeWeights(decodeReals(tensor), layout, { bias, inputScale }, name);
    return node.inputs.map((id, input) => {
      if (id === null) return null;
      if (input === place.weights) return this.#draft.placeConstant(id, weights);
      if (input !== place.bias || !bias) return this.#operand(node, id, input);
      return this.#draft.placeConstant(id, quantizeBias(bias, inputScale, weights.quantization, name));
    });
  }

  /** An input that is no weight: an activation (brought to the group's scale if need be) or a float constant. */
  #operand(node: Node, id: TensorId | null, input: number): TensorId | null {
    if (id === null || !isFloat(this.#graph.tensors[id]!.dtype)) return id;
    if (this.#graph.tensors[id]!.constant) return this.#constantOperand(id, nameOf(this.#graph, node));
    return this.#scales.groups.isRequantized(node.id, input)
      ? this.#requantized(id, this.#scales.scaleOf(node.outputs[0]!))
      : id;
  }

  #constantOperand(id: TensorId, name: string): TensorId {
    const reals = decodeReals(this.#graph.tensors[id]!);
    const quantization = this.#scales.isGrouped(id) ? this.#scales.scaleOf(id) : affineInt8(rangeOf(reals, name));
    const bytes = new Uint8Array(quantizeTensor(reals, quantization).buffer);
    return this.#draft.placeConstant(id, { dtype: 'int8', bytes, quantization });
  }

  #requantized(id: TensorId, quantization: Quantization): TensorId {
    const key = `${id} at ${quantization.scales[0]} ${quantization.zeroPoints[0]}`;
    const known = this.#requantizedIds.get(key);
    if (known !== undefined) return known;
    const name = `${this.#graph.tensors[id]!.name}_requantized`;
    const added = this.#draft.addLike(id, name, { dtype: 'int8', quantization });
    this.#requantizedIds.set(key, added);
    this.#draft.add(requantizeNode(id, added));
    return added;
  }
}

/** Float values that nodes read or make, and the graph's own inputs and outputs. */
export function activationsOf(graph: Graph): readonly TensorId[] {
  const used = new Set<TensorId | null>([
    ...graph.inputs,
    ...graph.outputs,
    ...graph.nodes.flatMap((node) => [...node.inputs, ...node.outputs]),
  ]);
  return graph.tensors
    .filter((tensor) => used.has(tensor.id) && !tensor.constant && isFloat(tensor.dtype))
    .map((tensor) => tensor.id);
}
