import type { Attributes } from '../../../ir/attributes';
import { decodeReals } from '../../../ir/decode';
import type { Graph, Node } from '../../../ir/graph';
import { mainGraph, type Model } from '../../../ir/model';
import type { Tensor, TensorId } from '../../../ir/tensor';
import { mapOp } from '../../../formats/onnx/ops/mapOp';
import { NodeView } from '../../../formats/onnx/ops/nodeView';
import { foldQdq } from '../../../formats/onnx/qdq/foldQdq';

/** Positions of an integer operand, its scale and its zero point among the inputs, and the axis of scales a channel. */
type Operand = readonly [value: number, scale: number, zeroPoint: number];

/** The operator on reals that an operator with scales among its inputs stands for. */
interface Form {
  readonly op: string;
  readonly operands: readonly Operand[];
  /** Of the result: scale and zero point. */
  readonly result: readonly [scale: number, zeroPoint: number];
  /** An int32 operand on the scale of the products. */
  readonly bias?: number;
  /** Axis of the second operand that scales a channel run along; from the end where negative. */
  readonly channelAxis?: number;
}

const UNARY = { operands: [[0, 1, 2]], result: [3, 4] } as const;
const BINARY = { operands: [[0, 1, 2], [3, 4, 5]], result: [6, 7] } as const; // prettier-ignore

/** Operators of the standard, and of ONNX Runtime's own domain (its documentation, ContribOperators). */
const FORMS: Readonly<Record<string, Form>> = {
  QLinearConv: { op: 'Conv', ...BINARY, bias: 8, channelAxis: 0 },
  QLinearMatMul: { op: 'MatMul', ...BINARY, channelAxis: -1 },
  QLinearAdd: { op: 'Add', ...BINARY },
  QLinearMul: { op: 'Mul', ...BINARY },
  QGemm: { op: 'Gemm', operands: BINARY.operands, result: [7, 8], bias: 6, channelAxis: 0 },
  QLinearSigmoid: { op: 'Sigmoid', ...UNARY },
  QLinearLeakyRelu: { op: 'LeakyRelu', ...UNARY },
  QLinearAveragePool: { op: 'AveragePool', ...UNARY },
  QLinearGlobalAveragePool: { op: 'GlobalAveragePool', ...UNARY },
  QLinearReduceMean: { op: 'ReduceMean', ...UNARY },
  QLinearSoftmax: { op: 'Softmax', ...UNARY },
};

function formOf({ source, inputs }: Node): Form | null {
  if (source.domain !== '' && source.domain !== 'com.microsoft') return null;
  // Channels last here means NHWC tensors in an ONNX file.
  if (Number(source.attributes.channels_last ?? 0) !== 0) return null;
  if (source.op !== 'QLinearConcat') return FORMS[source.op] ?? null;
  const count = Math.floor((inputs.length - 2) / 3);
  const operands = Array.from({ length: count }, (_, i): Operand => [2 + 3 * i, 3 + 3 * i, 4 + 3 * i]);
  return { op: 'Concat', operands, result: [0, 1] };
}

/**
 * An ONNX model whose operators on integers with scales of their own (QLinearConv and the like, QGemm) are operators on
 * quantized tensors, as in a QDQ file: the same numbers up to the rounding of kernels. Anything else stays.
 */
export function expandQuantized(model: Model): Model {
  const graph = mainGraph(model);
  if (!graph.nodes.some(formOf)) return model;
  const expanded = new Expansion(graph, model.opsets[''] ?? 13).run();
  return foldQdq({ ...model, graphs: [expanded, ...model.graphs.slice(1)] });
}

class Expansion {
  readonly #graph: Graph;
  readonly #opset: number;
  readonly #tensors: Tensor[];
  readonly #nodes: Node[] = [];

  constructor(graph: Graph, opset: number) {
    this.#graph = graph;
    this.#opset = opset;
    this.#tensors = [...graph.tensors];
  }

  run(): Graph {
    for (const node of this.#graph.nodes) {
      const form = formOf(node);
      if (form) this.#expand(node, form);
      else this.#nodes.push({ ...node, id: this.#nodes.length });
    }
    // Constants that are listed as inputs (as before IR version 4) are no ports.
    const inputs = this.#graph.inputs.filter((id) => !this.#tensors[id]!.constant);
    return { ...this.#graph, tensors: this.#tensors, nodes: this.#nodes, inputs };
  }

  #expand(node: Node, form: Form): void {
    const at = (index: number): TensorId | null => node.inputs[index] ?? null;
    const reals = form.operands.map(([value, scale, zeroPoint], place) => {
      const axis = place === 1 ? this.#channelAxis(node, form, at(value)) : null;
      return this.#dequantized(node, [at(value), at(scale), at(zeroPoint)], axis);
    });
    const bias = form.bias === undefined ? null : at(form.bias);
    if (bias !== null) reals.push(this.#dequantized(node, [bias, this.#productScale(node, form), null], 0));
    const output = node.outputs[0]!;
    const isReal = at(form.result[0]) === null;
    const made = isReal ? output : this.#float(`${this.#tensors[output]!.name}/real`, this.#tensors[output]!.shape);
    this.#add(node, form.op, reals, made, node.source.attributes);
    if (isReal) return;
    const parameters = form.result.map((index) => at(index)).filter((id) => id !== null);
    this.#add(node, 'QuantizeLinear', [made, ...parameters], output, {});
  }

  #channelAxis(node: Node, form: Form, weights: TensorId | null): number | null {
    if (form.channelAxis === undefined || weights === null) return null;
    if (form.op === 'Gemm') return Number(node.source.attributes.transB ?? 0) !== 0 ? 0 : 1;
    const rank = this.#tensors[weights]!.shape?.length ?? 0;
    return form.channelAxis < 0 ? form.channelAxis + rank : form.channelAxis;
  }

  #dequantized(node: Node, inputs: readonly (TensorId | null)[], axis: number | null): TensorId {
    const [value] = inputs;
    const { name, shape } = this.#tensors[value!]!;
    const made = this.#float(`${name}/real`, shape);
    const given = inputs.filter((id) => id !== null);
    this.#add(node, 'DequantizeLinear', given, made, axis === null ? {} : { axis });
    return made;
  }

  /** Input scale times weight scales; the input's own where one of them is computed at run time. */
  #productScale(node: Node, form: Form): TensorId {
    const scales = form.operands.map(([, scale]) => this.#tensors[node.inputs[scale] ?? -1]);
    const [x, w] = scales;
    if (!x?.constant || !w?.constant) return node.inputs[form.operands[0]![1]]!;
    const own = decodeReals(x)[0]! * Number(form.op === 'Gemm' ? (node.source.attributes.alpha ?? 1) : 1);
    const products = decodeReals(w).map((scale) => scale * own);
    const bytes = new Uint8Array(products.buffer);
    const id = this.#tensors.length;
    const constant = { byteLength: bytes.length, storedBytes: bytes.length, key: `products:${id}`, read: () => bytes };
    const facts = { dtype: 'float32', quantization: null, isVariable: false } as const;
    this.#tensors.push({ ...facts, id, name: `${w.name}/products`, shape: w.shape, constant });
    return id;
  }

  #float(name: string, shape: Tensor['shape']): TensorId {
    const id = this.#tensors.length;
    const facts = { dtype: 'float32', quantization: null, constant: null, isVariable: false } as const;
    this.#tensors.push({ ...facts, id, name, shape });
    return id;
  }

  #add(from: Node, op: string, inputs: readonly (TensorId | null)[], output: TensorId, attributes: Attributes): void {
    const version = from.source.domain === '' ? from.source.version : this.#opset;
    const { name, index } = from.source;
    const operands = inputs.map((id) => (id === null ? null : this.#tensors[id]!));
    this.#nodes.push({
      id: this.#nodes.length,
      op: mapOp('', new NodeView(op, version, attributes, operands, 1, new Map())),
      inputs,
      outputs: [output],
      source: { op, domain: '', version, name, index, attributes },
    });
  }
}
