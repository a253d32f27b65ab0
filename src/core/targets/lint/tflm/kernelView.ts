import type { AttributeValue } from '../../../ir/attributes';
import { storedValues } from '../../../ir/decode';
import { bitsOf, type DType } from '../../../ir/dtype';
import { ModelError } from '../../../ir/errors';
import type { Graph, Node } from '../../../ir/graph';
import type { Model } from '../../../ir/model';
import { bindShape } from '../../../ir/shape';
import type { Tensor } from '../../../ir/tensor';
import { Refused } from './kernelCheck';

/** A tensor as a kernel's prepare sees it: free dimensions bound to 1, no scale as 0. */
export interface KernelTensor {
  /** What it is to its operator: `its input`, `its weights`. */
  readonly role: string;
  readonly dtype: DType;
  readonly dims: readonly number[];
  /** Elements. */
  readonly count: number;
  /** Whether TFLM gives it affine quantization. */
  readonly isQuantized: boolean;
  /** How many scales it has. */
  readonly scales: number;
  /** The first scale, 0 without one. */
  readonly scale: number;
  /** The first zero point, 0 without one. */
  readonly zeroPoint: number;
  /** The dimension that its scales run along. */
  readonly axis: number;
  readonly isConstant: boolean;
  readonly isVariable: boolean;
  /** The tensor of the graph. */
  readonly tensor: Tensor;
}

/** Types TFLM knows the size of: TfLiteTypeSizeOf in tensorflow/lite/micro/memory_helpers.cc. */
export function isSized(dtype: DType): boolean {
  return dtype === 'resource' || (bitsOf(dtype) >= 8 && !dtype.startsWith('float8')) || dtype === 'int4';
}

const OPERANDS = ['its input', 'its second input', 'its third input'];

/** One node of a model, read as its kernel reads it: by position. */
export class KernelView {
  readonly model: Model;
  readonly node: Node;
  readonly #graph: Graph;

  constructor(model: Model, graph: Graph, node: Node) {
    this.model = model;
    this.#graph = graph;
    this.node = node;
  }

  get inputs(): number {
    return this.node.inputs.length;
  }

  get outputs(): number {
    return this.node.outputs.length;
  }

  /** An option by the schema's name, `stride_w`; undefined where the file leaves it out. */
  option(name: string): AttributeValue | undefined {
    return this.node.source.attributes[name];
  }

  number(name: string, fallback = 0): number {
    const value = this.option(name);
    return typeof value === 'number' ? value : fallback;
  }

  /** An input that may be left out; null where it is, or where TFLM keeps no tensor of its type. */
  optional(index: number, role: string): KernelTensor | null {
    const id = this.node.inputs[index];
    const tensor = typeof id === 'number' ? this.#graph.tensors[id] : undefined;
    return tensor && isSized(tensor.dtype) ? viewOf(tensor, role) : null;
  }

  /** An input that the kernel cannot do without. Throws Refused where there is none, or none TFLM can keep. */
  input(index: number, role = OPERANDS[index] ?? `its input ${index}`): KernelTensor {
    const id = this.node.inputs[index];
    return this.#populated(typeof id === 'number' ? this.#graph.tensors[id] : undefined, role);
  }

  output(index = 0, role = index === 0 ? 'its output' : `its output ${index}`): KernelTensor {
    const id = this.node.outputs[index];
    return this.#populated(id === undefined ? undefined : this.#graph.tensors[id], role);
  }

  #populated(tensor: Tensor | undefined, role: string): KernelTensor {
    if (!tensor) throw new Refused(`${role} is missing`);
    if (!isSized(tensor.dtype)) throw new Refused(`${role} is of type ${tensor.dtype}, which TFLM cannot keep`);
    return viewOf(tensor, role);
  }
}

function viewOf(tensor: Tensor, role: string): KernelTensor {
  // Blockwise scales lie in tensors of their own, which TFLM does not look for.
  const quantization = tensor.quantization?.scaleTensor === undefined ? tensor.quantization : null;
  const dims = bindShape(tensor.shape ?? []);
  return {
    role,
    dtype: tensor.dtype,
    dims,
    count: dims.reduce((product, dim) => product * dim, 1),
    isQuantized: quantization !== null,
    scales: quantization?.scales.length ?? 0,
    scale: Math.fround(quantization?.scales[0] ?? 0),
    zeroPoint: quantization?.zeroPoints[0] ?? 0,
    axis: quantization?.axis ?? 0,
    isConstant: tensor.constant !== null,
    isVariable: tensor.isVariable,
    tensor,
  };
}

/** More than any list of axes, sizes or paddings has. */
const MAX_CONFIGURATION = 64;

/** The numbers of a small constant of integers; null for what is computed, long, or of another type. */
export function constantNumbers({ tensor, count, dtype }: KernelTensor): readonly number[] | null {
  if (dtype !== 'int32' && dtype !== 'int64') return null;
  if (!tensor.constant || count > MAX_CONFIGURATION || tensor.constant.byteLength > 8 * MAX_CONFIGURATION) return null;
  try {
    const values = storedValues(tensor);
    return Array.from({ length: Math.min(count, values.count) }, (_, index) => values.at(index));
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}
