import type { DType } from '../../../ir/dtype';
import { bitsOf, bytesOf, isInteger } from '../../../ir/dtype';
import type { Graph, Node } from '../../../ir/graph';
import type { Quantization } from '../../../ir/quantization';
import type { Tensor, TensorId } from '../../../ir/tensor';
import type { Writing } from './writing';

/** A node as the file will have it: one of the graph with its values by name, or a QuantizeLinear or DequantizeLinear. */
export interface PlainNode {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly made:
    { readonly node: Node } | { readonly op: string; readonly domain: string; readonly axis: number | null };
}

/** A scale or zero point that the inserted nodes read. */
export interface NewConstant {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface PlainGraph {
  readonly nodes: readonly PlainNode[];
  readonly constants: readonly NewConstant[];
}

/** Nodes of a graph with QuantizeLinear and DequantizeLinear put back; `writeOnnx` states the rules. */
export function insertQdq(writing: Writing, graph: Graph, outer: ReadonlyMap<string, Tensor>): PlainGraph {
  return new QdqInsertion(writing, graph, outer).run();
}

class QdqInsertion {
  readonly #writing: Writing;
  readonly #graph: Graph;
  readonly #outer: ReadonlyMap<string, Tensor>;
  readonly #inputs: ReadonlySet<TensorId>;
  readonly #nodes: PlainNode[] = [];
  readonly #constants: NewConstant[] = [];
  readonly #floatNames = new Map<TensorId, string>();
  readonly #parameterNames = new Map<TensorId, readonly [string, string]>();

  constructor(writing: Writing, graph: Graph, outer: ReadonlyMap<string, Tensor>) {
    this.#writing = writing;
    this.#graph = graph;
    this.#outer = outer;
    this.#inputs = new Set(graph.inputs);
  }

  run(): PlainGraph {
    for (const node of this.#graph.nodes) {
      if (node.op.kind === 'Quantize' || node.op.kind === 'Dequantize') this.#quantizeNode(node);
      else if (node.source.integer) this.#asStored(node);
      else this.#floatNode(node);
    }
    return { nodes: this.#nodes, constants: this.#constants };
  }

  #asStored(node: Node): void {
    const inputs = node.inputs.map((id) => (id === null ? '' : this.#tensor(id).name));
    this.#nodes.push({ inputs, outputs: node.outputs.map((id) => this.#tensor(id).name), made: { node } });
  }

  /** Transforms make these with one input, as in TFLite; ONNX wants scale and zero point as inputs. */
  #quantizeNode(node: Node): void {
    const [x, ...parameters] = node.inputs;
    const to = node.outputs[0];
    if (x === undefined || x === null || to === undefined) {
      this.#asStored(node);
      return;
    }
    const isQuantize = node.op.kind === 'Quantize';
    const needsFloat = isQuantize && !node.source.integer;
    const input = needsFloat ? this.#floatName(x) : this.#tensor(x).name;
    const side = this.#tensor(isQuantize ? to : x);
    const hasOwn = parameters.length > 0 || !side.quantization;
    const outputs = node.outputs.map((id) => this.#tensor(id).name);
    if (hasOwn) {
      const own = parameters.map((id) => (id === null ? '' : this.#tensor(id).name));
      this.#nodes.push({ inputs: [input, ...own], outputs, made: { node } });
    } else {
      this.#push(isQuantize ? 'QuantizeLinear' : 'DequantizeLinear', input, outputs[0]!, side, side.dtype);
    }
  }

  #floatNode(node: Node): void {
    const inputs = node.inputs.map((id) => (id === null ? '' : this.#floatName(id)));
    const quantized: { readonly tensor: Tensor; readonly float: string }[] = [];
    const outputs = node.outputs.map((id) => {
      const tensor = this.#tensor(id);
      if (!tensor.quantization || tensor.constant) return tensor.name;
      const float = this.#writing.newName(`${tensor.name}_float`);
      quantized.push({ tensor, float });
      return float;
    });
    this.#nodes.push({ inputs, outputs, made: { node } });
    for (const { tensor, float } of quantized) {
      if (isInteger(tensor.dtype)) this.#push('QuantizeLinear', float, tensor.name, tensor, tensor.dtype);
      else this.#pushPair(float, tensor.name, tensor);
    }
  }

  /** The name under which a float operator reads a tensor; makes the nodes that give it on first use. */
  #floatName(id: TensorId): string {
    const tensor = this.#tensor(id);
    if (!tensor.quantization) return tensor.name;
    const known = this.#floatNames.get(id);
    if (known !== undefined) return known;
    const isProduced = this.#isProduced(id);
    if (!isInteger(tensor.dtype) && isProduced) return tensor.name;
    const name = this.#writing.newName(`${tensor.name}_dequantized`);
    this.#floatNames.set(id, name);
    if (isInteger(tensor.dtype)) this.#push('DequantizeLinear', tensor.name, name, tensor, tensor.dtype);
    else this.#pushPair(tensor.name, name, tensor);
    return name;
  }

  #isProduced(id: TensorId): boolean {
    const tensor = this.#graph.tensors[id]!;
    return !tensor.captured && !tensor.constant && !this.#inputs.has(id);
  }

  /** float -> integers -> float, for a float tensor that is rounded to a grid. */
  #pushPair(from: string, to: string, tensor: Tensor): void {
    const stored = this.#writing.newName(`${tensor.name}_quantized`);
    const storage = tensor.quantization?.zeroPoints.some((zeroPoint) => zeroPoint > 127) ? 'uint8' : 'int8';
    this.#push('QuantizeLinear', from, stored, tensor, storage);
    this.#push('DequantizeLinear', stored, to, tensor, storage);
  }

  #push(op: string, from: string, to: string, tensor: Tensor, storage: DType): void {
    const quantization = tensor.quantization!;
    const [scale, zero] = this.#parameters(tensor, quantization, storage);
    const domain = this.#domain(quantization, storage);
    // Kernels take no zero point for int32, whose only use is biases around zero.
    const inputs = storage === 'int32' ? [from, scale] : [from, scale, zero];
    this.#nodes.push({ inputs, outputs: [to], made: { op, domain, axis: quantization.axis } });
  }

  /** ai.onnx has per-axis forms from opset 13 and 16-bit and 4-bit types from 21; com.microsoft has them always. */
  #domain(quantization: Quantization, storage: DType): string {
    const isByte = bitsOf(storage) === 8 || storage === 'int32';
    const needed = bitsOf(storage) === 2 ? 25 : !isByte ? 21 : quantization.axis !== null ? 13 : 10;
    if (this.#writing.opset >= needed) return '';
    this.#writing.usesMicrosoftDomain = true;
    return 'com.microsoft';
  }

  #parameters(tensor: Tensor, quantization: Quantization, storage: DType): readonly [string, string] {
    const known = this.#parameterNames.get(tensor.id);
    if (known) return known;
    const shape = quantization.axis === null ? [] : [quantization.scales.length];
    const scale = this.#writing.newName(`${tensor.name}_scale`);
    const bytes = new Uint8Array(Float32Array.from(quantization.scales).buffer);
    this.#constants.push({ name: scale, dtype: 'float32', shape, bytes });
    const zero = this.#writing.newName(`${tensor.name}_zero_point`);
    if (storage !== 'int32') {
      this.#constants.push({
        name: zero,
        dtype: storage,
        shape,
        bytes: packIntegers(quantization.zeroPoints, storage),
      });
    }
    this.#parameterNames.set(tensor.id, [scale, zero]);
    return [scale, zero];
  }

  /** What a body captures is what the graph around it says now, whatever the body's own copy says. */
  #tensor(id: TensorId): Tensor {
    const tensor = this.#graph.tensors[id]!;
    const around = tensor.captured ? this.#outer.get(tensor.name) : undefined;
    return around ? { ...around, id } : tensor;
  }
}

/** Integers as raw little-endian bytes, those below a byte low bits first. */
function packIntegers(values: Int32Array, dtype: DType): Uint8Array {
  const bits = bitsOf(dtype);
  const bytes = new Uint8Array(bytesOf(dtype, values.length));
  values.forEach((value, index) => {
    if (bits >= 8) {
      for (let byte = 0; byte < bits / 8; byte++) bytes[(index * bits) / 8 + byte] = value >> (8 * byte);
    } else {
      const bit = index * bits;
      bytes[bit >> 3] = bytes[bit >> 3]! | ((value & ((1 << bits) - 1)) << (bit & 7));
    }
  });
  return bytes;
}
