import type { Graph, Node } from '../../../ir/graph';
import type { Model } from '../../../ir/model';
import type { Quantization } from '../../../ir/quantization';
import type { Tensor, TensorId } from '../../../ir/tensor';
import { mapOp } from '../ops/mapOp';
import { NodeView } from '../ops/nodeView';
import type { QuantizeParameters } from './quantizeParameters';
import { quantizeParametersOf, sameQuantization } from './quantizeParameters';

/**
 * Moves what QuantizeLinear and DequantizeLinear nodes say into the quantization of the tensors between them, as in a
 * TFLite file; `writeOnnx` puts the nodes back.
 *
 * - Dequantized constants (weights, biases) and activations: consumers read the integer tensor itself.
 * - A node whose only reader is a Quantize writes the integer tensor itself.
 * - Quantize after a graph input and Dequantize before a graph output stay: the file has float inputs and outputs.
 * - Nodes that work on the integers as stored (MaxPool on int8, QLinearConv) get `source.integer`.
 *
 * Nodes with computed scales, blocks, float8 or half-precision results stay as they are. Weights are not read.
 */
export function foldQdq(model: Model): Model {
  if (!model.graphs.some(({ nodes }) => nodes.some(isQdq))) return model;
  const captured = new Set(
    model.graphs.flatMap((graph) => graph.tensors.filter((tensor) => tensor.captured).map((tensor) => tensor.name)),
  );
  let folded = 0;
  const graphs = model.graphs.map((graph) => {
    const result = new GraphFolding(graph, captured).fold();
    folded += graph.nodes.length - result.nodes.length;
    return result;
  });
  if (folded === 0) return { ...model, graphs };
  const note = `${folded} QuantizeLinear and DequantizeLinear nodes are shown as the quantization of tensors.`;
  return { ...model, graphs, notes: [...model.notes, note] };
}

function isQdq({ op }: Node): boolean {
  return op.kind === 'Quantize' || op.kind === 'Dequantize';
}

class GraphFolding {
  readonly #graph: Graph;
  readonly #captured: ReadonlySet<string>;
  readonly #outputs: ReadonlySet<TensorId>;
  readonly #producers = new Map<TensorId, Node>();
  readonly #consumers = new Map<TensorId, Node[]>();
  readonly #parameters = new Map<number, QuantizeParameters>();
  readonly #quantization = new Map<TensorId, QuantizeParameters>();
  readonly #integerNodes = new Set<number>();
  /** Tensors that are read or written through another one from now on. */
  readonly #replacedBy = new Map<TensorId, TensorId>();
  readonly #removed = new Set<number>();

  constructor(graph: Graph, captured: ReadonlySet<string>) {
    this.#graph = graph;
    this.#captured = captured;
    this.#outputs = new Set(graph.outputs);
  }

  fold(): Graph {
    if (!this.#graph.nodes.some(isQdq)) return this.#graph;
    this.#index();
    if (this.#parameters.size === 0) return this.#graph;
    for (const parameters of this.#parameters.values()) this.#assign(parameters);
    for (const node of this.#graph.nodes) if (this.#touchesIntegers(node)) this.#integerNodes.add(node.id);
    for (const parameters of this.#parameters.values()) {
      if (
        parameters.node.op.kind === 'Dequantize'
          ? this.#canFoldDequantize(parameters)
          : this.#canFoldQuantize(parameters)
      ) {
        this.#removed.add(parameters.node.id);
        if (parameters.node.op.kind === 'Dequantize') this.#replacedBy.set(parameters.to, parameters.from);
        else this.#replacedBy.set(parameters.from, parameters.to);
      }
    }
    return this.#rebuild();
  }

  #index(): void {
    for (const node of this.#graph.nodes) {
      for (const output of node.outputs) this.#producers.set(output, node);
      for (const input of new Set(node.inputs)) {
        if (input === null) continue;
        const consumers = this.#consumers.get(input);
        if (consumers) consumers.push(node);
        else this.#consumers.set(input, [node]);
      }
      if (!isQdq(node)) continue;
      const parameters = quantizeParametersOf(this.#graph, node);
      if (parameters) this.#parameters.set(node.id, parameters);
    }
  }

  /** The integer side takes the parameters of the first node that has any; nodes that disagree stay. */
  #assign(parameters: QuantizeParameters): void {
    const side = parameters.node.op.kind === 'Quantize' ? parameters.to : parameters.from;
    if (!this.#quantization.has(side)) this.#quantization.set(side, parameters);
  }

  #touchesIntegers(node: Node): boolean {
    const isQuantized = (id: TensorId | null): boolean => id !== null && this.#quantization.has(id);
    if (node.op.kind === 'Dequantize') return false;
    if (node.op.kind === 'Quantize') return isQuantized(node.inputs[0] ?? null);
    return node.inputs.some(isQuantized) || node.outputs.some(isQuantized);
  }

  #canFoldDequantize({ node, from, to, quantization }: QuantizeParameters): boolean {
    const assigned = this.#quantization.get(from);
    const consumers = this.#consumers.get(to) ?? [];
    return (
      assigned !== undefined &&
      sameQuantization(assigned.quantization, quantization) &&
      !this.#isSeenOutside(to) &&
      consumers.length > 0 &&
      consumers.every((each) => !this.#integerNodes.has(each.id) && !this.#isParameter(each, to)) &&
      node.outputs.length === 1
    );
  }

  /** A dequantized tensor as scale or zero point of another Q or DQ node must stay a float value. */
  #isParameter(node: Node, tensor: TensorId): boolean {
    return isQdq(node) && node.inputs.slice(1).includes(tensor);
  }

  #canFoldQuantize({ from }: QuantizeParameters): boolean {
    const producer = this.#producers.get(from);
    if (!producer || this.#integerNodes.has(producer.id) || this.#isSeenOutside(from)) return false;
    const { kind } = producer.op;
    if (kind === 'Quantize' || kind === 'Dequantize' || kind === 'Constant') return false;
    return this.#consumers.get(from)?.length === 1 && !this.#graph.tensors[from]!.constant;
  }

  #isSeenOutside(id: TensorId): boolean {
    return this.#outputs.has(id) || this.#captured.has(this.#graph.tensors[id]!.name);
  }

  #rebuild(): Graph {
    const kept = this.#keptTensors();
    const newIds = new Map<TensorId, TensorId>();
    for (const { id } of this.#graph.tensors) if (kept.has(id)) newIds.set(id, newIds.size);
    const at = (id: TensorId): TensorId => newIds.get(this.#replacedBy.get(id) ?? id)!;
    const tensors = [...newIds].map(([id, newId]) => this.#tensor(id, newId));
    const nodes = this.#graph.nodes
      .filter((node) => !this.#removed.has(node.id))
      .map((node, id): Node => {
        const inputs = node.inputs.map((input) => (input === null ? null : at(input)));
        const source = this.#integerNodes.has(node.id) ? { ...node.source, integer: true } : node.source;
        const moved = { ...node, id, inputs, outputs: node.outputs.map(at), source };
        return node.inputs.some((input) => input !== null && this.#replacedBy.has(input))
          ? remap(moved, tensors)
          : moved;
      });
    const { inputs, outputs } = this.#graph;
    return { ...this.#graph, tensors, nodes, inputs: inputs.map(at), outputs: outputs.map(at) };
  }

  /** Every tensor but those folded away, and the scales and zero points that only removed nodes read. */
  #keptTensors(): ReadonlySet<TensorId> {
    const gone = new Set<TensorId>(this.#replacedBy.keys());
    for (const { node } of this.#parameters.values()) {
      for (const input of this.#removed.has(node.id) ? node.inputs.slice(1) : []) {
        if (input === null || this.#isSeenOutside(input) || !this.#graph.tensors[input]!.constant) continue;
        const isUnused = this.#consumers.get(input)?.every((each) => this.#removed.has(each.id)) ?? true;
        if (isUnused && !this.#producers.has(input)) gone.add(input);
      }
    }
    return new Set(this.#graph.tensors.map((tensor) => tensor.id).filter((id) => !gone.has(id)));
  }

  #tensor(id: TensorId, newId: TensorId): Tensor {
    const tensor = this.#graph.tensors[id]!;
    const parameters = this.#quantization.get(id);
    const quantization: Quantization | null = parameters?.quantization ?? tensor.quantization;
    const floatSide = parameters
      ? this.#graph.tensors[parameters.node.op.kind === 'Quantize' ? parameters.from : parameters.to]
      : undefined;
    return {
      ...tensor,
      id: newId,
      quantization,
      dtype: parameters && tensor.dtype === 'unknown' ? parameters.storage : tensor.dtype,
      shape: tensor.shape ?? floatSide?.shape ?? null,
    };
  }
}

/** Weights that were computed by a Dequantize are constants now, which some operators are told apart by. */
function remap(node: Node, tensors: readonly Tensor[]): Node {
  if ('bodies' in node.op && node.op.bodies.length > 0) return node;
  const { op, domain, version, attributes } = node.source;
  const inputs = node.inputs.map((input) => (input === null ? null : tensors[input]!));
  return { ...node, op: mapOp(domain, new NodeView(op, version, attributes, inputs, node.outputs.length, new Map())) };
}
