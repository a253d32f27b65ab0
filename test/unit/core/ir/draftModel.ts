import type { Attributes } from '../../../../src/core/ir/attributes';
import { bytesOf, type DType } from '../../../../src/core/ir/dtype';
import type { Graph, Node } from '../../../../src/core/ir/graph';
import type { Model } from '../../../../src/core/ir/model';
import type { Conv, DepthwiseConv2d } from '../../../../src/core/ir/ops/convolution';
import type { Op } from '../../../../src/core/ir/ops/op';
import type { Quantization } from '../../../../src/core/ir/quantization';
import { elementCount, type Shape } from '../../../../src/core/ir/shape';
import type { ConstantData, Tensor } from '../../../../src/core/ir/tensor';

export function constantOf(bytes: Uint8Array, key: string): ConstantData {
  return { byteLength: bytes.length, storedBytes: bytes.length, read: () => bytes, key };
}

/** Builds a graph by names; a tensor named for the first time is an activation of unknown shape. */
export class DraftGraph {
  readonly tensors: Tensor[] = [];
  readonly nodes: Node[] = [];
  readonly #ids = new Map<string, number>();

  tensor(name: string, shape: Shape | null, dtype: DType = 'float32', rest: Partial<Tensor> = {}): this {
    const id = this.tensors.length;
    this.#ids.set(name, id);
    this.tensors.push({ id, name, dtype, shape, quantization: null, constant: null, isVariable: false, ...rest });
    return this;
  }

  /** A constant of zeros. */
  weights(
    name: string,
    shape: readonly number[],
    dtype: DType = 'float32',
    quantization: Quantization | null = null,
  ): this {
    const bytes = new Uint8Array(bytesOf(dtype, elementCount(shape) ?? 0));
    return this.tensor(name, shape, dtype, { constant: constantOf(bytes, name), quantization });
  }

  /** A constant list of 64-bit integers. */
  list(name: string, values: readonly number[]): this {
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.tensor(name, [values.length], 'int64', { constant: constantOf(bytes, name) });
  }

  node(
    op: Op,
    inputs: readonly (string | null)[],
    outputs: readonly string[],
    source: { op?: string; attributes?: Attributes; domain?: string } = {},
  ): this {
    const id = this.nodes.length;
    this.nodes.push({
      id,
      op,
      inputs: inputs.map((name) => (name === null ? null : this.#use(name))),
      outputs: outputs.map((name) => this.#use(name)),
      source: { op: op.kind, domain: '', version: 1, name: '', attributes: {}, index: id, ...source },
    });
    return this;
  }

  graph(inputs: readonly string[], outputs: readonly string[]): Graph {
    const ids = (names: readonly string[]): number[] => names.map((name) => this.#use(name));
    return { name: 'main', inputs: ids(inputs), outputs: ids(outputs), tensors: this.tensors, nodes: this.nodes };
  }

  model(inputs: readonly string[], outputs: readonly string[], bodies: readonly Graph[] = []): Model {
    return modelOf([this.graph(inputs, outputs), ...bodies]);
  }

  #use(name: string): number {
    if (!this.#ids.has(name)) this.tensor(name, null, 'unknown');
    return this.#ids.get(name)!;
  }
}

export function modelOf(graphs: readonly Graph[]): Model {
  return {
    format: 'onnx',
    graphs,
    signatures: [],
    metadata: [],
    formatVersion: 'ONNX, IR 8',
    opsets: { '': 17 },
    producer: 'draft',
    description: '',
    fileBytes: 1000,
    notes: [],
  };
}

/** Shape of a tensor of the main graph, by name. */
export function shapeOf(model: Model, name: string): Shape | null | undefined {
  return model.graphs[0]?.tensors.find((tensor) => tensor.name === name)?.shape;
}

export function conv(rest: Partial<Conv> = {}): Conv {
  return {
    kind: 'Conv2d',
    layout: 'NHWC',
    groups: 1,
    strides: [1, 1],
    dilations: [1, 1],
    padding: { kind: 'same', odd: 'upper' },
    activation: 'none',
    ...rest,
  };
}

export function depthwise(rest: Partial<Conv> = {}): DepthwiseConv2d {
  return { ...conv(rest), kind: 'DepthwiseConv2d', multiplier: 1 };
}

export const fullyConnected: Op = { kind: 'FullyConnected', weights: 'OI', keepDims: false, activation: 'none' };
export const add: Op = { kind: 'Add', activation: 'none' };
export const relu: Op = { kind: 'Activation', fn: 'relu' };
