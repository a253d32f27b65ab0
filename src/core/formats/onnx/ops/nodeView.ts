import type { Attributes } from '../../../ir/attributes';
import { elementReader } from '../../../ir/decode';
import { bytesOf } from '../../../ir/dtype';
import { ModelError } from '../../../ir/errors';
import type { Op } from '../../../ir/ops/op';
import type { Shape } from '../../../ir/shape';
import { elementCount } from '../../../ir/shape';
import type { Tensor } from '../../../ir/tensor';

/** Constants read while parsing are shapes, axes and bounds; anything bigger is a weight and stays unread. */
const MAX_PARAMETER_BYTES = 64 * 1024;

/** What a mapper sees of a node: attributes with the operator's defaults, and inputs where they are known. */
export class NodeView {
  readonly op: string;
  /** Version of the node's operator set. */
  readonly opset: number;
  readonly attributes: Attributes;
  readonly inputs: readonly (Tensor | null)[];
  readonly outputCount: number;
  /** Indices of graphs, by the attribute that holds the body. */
  readonly bodies: ReadonlyMap<string, readonly number[]>;

  constructor(
    op: string,
    opset: number,
    attributes: Attributes,
    inputs: readonly (Tensor | null)[],
    outputCount: number,
    bodies: ReadonlyMap<string, readonly number[]>,
  ) {
    this.op = op;
    this.opset = opset;
    this.attributes = attributes;
    this.inputs = inputs;
    this.outputCount = outputCount;
    this.bodies = bodies;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.attributes, name);
  }

  /** An INT or FLOAT attribute. */
  number(name: string, otherwise: number): number {
    const value = this.has(name) ? this.attributes[name] : undefined;
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : otherwise;
  }

  flag(name: string, otherwise = false): boolean {
    return this.number(name, otherwise ? 1 : 0) !== 0;
  }

  text(name: string, otherwise: string): string {
    const value = this.has(name) ? this.attributes[name] : undefined;
    return typeof value === 'string' ? value : otherwise;
  }

  /** An INTS attribute; null when it is not there. */
  numbers(name: string): readonly number[] | null {
    const value = this.has(name) ? this.attributes[name] : undefined;
    return Array.isArray(value) && value.every((each) => typeof each !== 'string') ? value.map(Number) : null;
  }

  input(index: number): Tensor | null {
    return this.inputs[index] ?? null;
  }

  shape(index: number): Shape | null {
    return this.input(index)?.shape ?? null;
  }

  rank(index: number): number | null {
    return this.shape(index)?.length ?? null;
  }

  isConstant(index: number): boolean {
    return Boolean(this.input(index)?.constant);
  }

  /** The values of a small constant input of integers or floats; null when it is absent, big or not constant. */
  constant(index: number): readonly number[] | null {
    const tensor = this.input(index);
    // The stored integers of a quantized constant are not its values.
    if (!tensor?.constant || tensor.quantization || tensor.constant.byteLength > MAX_PARAMETER_BYTES) return null;
    try {
      return decodeNumbers(tensor, tensor.constant.read());
    } catch (error) {
      if (error instanceof ModelError) return null;
      throw error;
    }
  }
}

/** One ONNX operator to ours; null when this form of it is outside our vocabulary and stays opaque. */
export type OpMapper = (node: NodeView) => Op | null;

export type OpTable = Readonly<Record<string, OpMapper>>;

function decodeNumbers({ dtype, shape }: Tensor, bytes: Uint8Array): readonly number[] | null {
  const at = elementReader(bytes, dtype);
  const count = elementCount(shape);
  if (!at || count === null || bytes.byteLength < bytesOf(dtype, count)) return null;
  return Array.from({ length: count }, (_, index) => at(index));
}
