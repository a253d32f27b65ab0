import type { DType } from '../../ir/dtype';
import type { Shape } from '../../ir/shape';
import {
  ATTRIBUTE,
  ATTRIBUTE_TYPE,
  DIMENSION,
  ENTRY,
  GRAPH,
  MODEL,
  NODE,
  OPSET,
  SHAPE,
  TENSOR,
  TENSOR_TYPE,
  TYPE,
  VALUE_INFO,
  dataTypeOf,
} from './onnxFields';
import type { LazyBytes } from './protobuf/protoWriter';
import { ProtoWriter } from './protobuf/protoWriter';

/** A constant for an attribute of type TENSOR: little-endian row-major bytes. */
export interface TensorLiteral {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Attributes of a node, by their ONNX type, so that `ints: { axis: 1 }` and `floats: { alpha: 1 }` cannot be mixed up. */
export interface NodeAttributes {
  readonly ints?: Readonly<Record<string, number | bigint>>;
  readonly floats?: Readonly<Record<string, number>>;
  readonly strings?: Readonly<Record<string, string>>;
  readonly intLists?: Readonly<Record<string, readonly (number | bigint)[]>>;
  readonly floatLists?: Readonly<Record<string, readonly number[]>>;
  readonly stringLists?: Readonly<Record<string, readonly string[]>>;
  readonly tensors?: Readonly<Record<string, TensorLiteral>>;
  readonly graphs?: Readonly<Record<string, OnnxGraphBuilder>>;
}

export interface OnnxBuilderOptions {
  /** Version of the default domain's operator set. */
  readonly opset: number;
  readonly producer?: string;
  /** Defaults to 8, which every runtime of the last years reads; 10 and later are needed by 4-bit types. */
  readonly irVersion?: number;
  readonly graphName?: string;
  /** Further domains: `{ 'com.microsoft': 1 }`. */
  readonly opsets?: Readonly<Record<string, number>>;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A ValueInfoProto. `shape` null: unknown rank. A string is a symbolic dimension, null an unknown one. */
export function encodeValueInfo(name: string, dtype: DType, shape: Shape | null): ProtoWriter {
  const tensorType = new ProtoWriter().varint(TENSOR_TYPE.elemType, dataTypeOf(dtype));
  if (shape !== null) tensorType.message(TENSOR_TYPE.shape, encodeShape(shape));
  const type = new ProtoWriter().message(TYPE.tensorType, tensorType);
  return new ProtoWriter().text(VALUE_INFO.name, name).message(VALUE_INFO.type, type);
}

/** A TensorProto with its bytes as raw_data; they are referred to, not copied. */
export function encodeTensor(
  name: string,
  dtype: DType,
  shape: readonly number[],
  bytes: Uint8Array | LazyBytes,
): ProtoWriter {
  const tensor = new ProtoWriter();
  if (shape.length > 0) tensor.packedVarints(TENSOR.dims, shape);
  tensor.varint(TENSOR.dataType, dataTypeOf(dtype));
  if (name !== '') tensor.text(TENSOR.name, name);
  return bytes instanceof Uint8Array ? tensor.bytes(TENSOR.rawData, bytes) : tensor.lazyBytes(TENSOR.rawData, bytes);
}

/** An OperatorSetIdProto. */
export function encodeOpset(domain: string, version: number): ProtoWriter {
  return new ProtoWriter().text(OPSET.domain, domain).varint(OPSET.version, version);
}

/** A StringStringEntryProto. */
export function encodeEntry(key: string, value: string): ProtoWriter {
  return new ProtoWriter().text(ENTRY.key, key).text(ENTRY.value, value);
}

/** A NodeProto. An empty string among inputs is an optional input left out. */
export function encodeNode(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: NodeAttributes,
  domain: string,
  name: string,
): ProtoWriter {
  const node = new ProtoWriter();
  for (const input of inputs) node.text(NODE.input, input);
  for (const output of outputs) node.text(NODE.output, output);
  if (name !== '') node.text(NODE.name, name);
  node.text(NODE.opType, op);
  for (const attribute of encodeAttributes(attributes)) node.message(NODE.attribute, attribute);
  if (domain !== '') node.text(NODE.domain, domain);
  return node;
}

/** The nodes, initializers, inputs and outputs of one graph: the main one, or a body for `If`, `Loop` and `Scan`. */
export class OnnxGraphBuilder {
  readonly #name: string;
  readonly #nodes: ProtoWriter[] = [];
  readonly #initializers: ProtoWriter[] = [];
  readonly #inputs: ProtoWriter[] = [];
  readonly #outputs: ProtoWriter[] = [];
  readonly #valueInfos: ProtoWriter[] = [];

  constructor(name = 'graph') {
    this.#name = name;
  }

  input(name: string, dtype: DType, shape: Shape | null): this {
    this.#inputs.push(encodeValueInfo(name, dtype, shape));
    return this;
  }

  output(name: string, dtype: DType, shape: Shape | null): this {
    this.#outputs.push(encodeValueInfo(name, dtype, shape));
    return this;
  }

  /** States the type and shape of a value between nodes. */
  valueInfo(name: string, dtype: DType, shape: Shape | null): this {
    this.#valueInfos.push(encodeValueInfo(name, dtype, shape));
    return this;
  }

  /** A constant: little-endian row-major bytes, sub-byte types packed low part first. Not copied before `build`. */
  initializer(name: string, dtype: DType, shape: readonly number[], bytes: Uint8Array | LazyBytes): this {
    this.#initializers.push(encodeTensor(name, dtype, shape, bytes));
    return this;
  }

  /** A constant whose bytes lie in a file beside the model. */
  externalInitializer(
    name: string,
    dtype: DType,
    shape: readonly number[],
    external: { readonly location: string; readonly offset?: number; readonly length?: number },
  ): this {
    const tensor = new ProtoWriter();
    tensor.packedVarints(TENSOR.dims, shape).varint(TENSOR.dataType, dataTypeOf(dtype)).text(TENSOR.name, name);
    for (const [key, value] of Object.entries(external)) {
      tensor.message(TENSOR.externalData, encodeEntry(key, String(value)));
    }
    this.#initializers.push(tensor.varint(TENSOR.dataLocation, 1));
    return this;
  }

  /** Nodes must come in topological order. `name` is shown to users; it may be empty. */
  node(
    op: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: NodeAttributes = {},
    domain = '',
    name = '',
  ): this {
    this.#nodes.push(encodeNode(op, inputs, outputs, attributes, domain, name));
    return this;
  }

  /** The GraphProto so far. */
  encode(): ProtoWriter {
    const graph = new ProtoWriter();
    for (const node of this.#nodes) graph.message(GRAPH.node, node);
    graph.text(GRAPH.name, this.#name);
    for (const initializer of this.#initializers) graph.message(GRAPH.initializer, initializer);
    for (const input of this.#inputs) graph.message(GRAPH.input, input);
    for (const output of this.#outputs) graph.message(GRAPH.output, output);
    for (const value of this.#valueInfos) graph.message(GRAPH.valueInfo, value);
    return graph;
  }
}

/** Builds an ONNX file of our own: `new OnnxBuilder({ opset: 17 }).input(...).node(...).output(...).build()`. */
export class OnnxBuilder extends OnnxGraphBuilder {
  readonly #options: OnnxBuilderOptions;

  constructor(options: OnnxBuilderOptions) {
    super(options.graphName);
    this.#options = options;
  }

  /** The file's bytes. Throws ModelError `too-large` above protobuf's 2 GiB. */
  build(): Uint8Array {
    const { opset, producer = 'TinyML Workbench', irVersion = 8, opsets = {}, metadata = {} } = this.#options;
    const model = new ProtoWriter().varint(MODEL.irVersion, irVersion).text(MODEL.producerName, producer);
    model.message(MODEL.graph, this.encode());
    for (const [domain, version] of Object.entries({ '': opset, ...opsets })) {
      model.message(MODEL.opsetImport, encodeOpset(domain, version));
    }
    for (const [key, value] of Object.entries(metadata)) model.message(MODEL.metadataProps, encodeEntry(key, value));
    return model.finish();
  }
}

function encodeShape(shape: Shape): ProtoWriter {
  const result = new ProtoWriter();
  for (const dim of shape) {
    const dimension = new ProtoWriter();
    if (typeof dim === 'number') dimension.varint(DIMENSION.value, dim);
    else if (dim !== null) dimension.text(DIMENSION.param, dim);
    result.message(SHAPE.dim, dimension);
  }
  return result;
}

function encodeAttributes(attributes: NodeAttributes): ProtoWriter[] {
  const { int, float, string, ints, floats, strings, tensor, graph } = ATTRIBUTE_TYPE;
  return [
    ...encodeEach(attributes.ints, int, (to, value) => to.varint(ATTRIBUTE.i, value)),
    ...encodeEach(attributes.floats, float, (to, value) => to.float(ATTRIBUTE.f, value)),
    ...encodeEach(attributes.strings, string, (to, value) => to.text(ATTRIBUTE.s, value)),
    ...encodeEach(attributes.intLists, ints, (to, values) =>
      values.forEach((value) => to.varint(ATTRIBUTE.ints, value)),
    ),
    ...encodeEach(attributes.floatLists, floats, (to, values) =>
      values.forEach((value) => to.float(ATTRIBUTE.floats, value)),
    ),
    ...encodeEach(attributes.stringLists, strings, (to, values) =>
      values.forEach((value) => to.text(ATTRIBUTE.strings, value)),
    ),
    ...encodeEach(attributes.tensors, tensor, (to, value) =>
      to.message(ATTRIBUTE.t, encodeTensor('', value.dtype, value.shape, value.bytes)),
    ),
    ...encodeEach(attributes.graphs, graph, (to, value) => to.message(ATTRIBUTE.g, value.encode())),
  ];
}

function encodeEach<Value>(
  values: Readonly<Record<string, Value>> | undefined,
  type: number,
  write: (to: ProtoWriter, value: Value) => unknown,
): ProtoWriter[] {
  return Object.entries(values ?? {}).map(([name, value]) => {
    const attribute = new ProtoWriter().text(ATTRIBUTE.name, name);
    write(attribute, value);
    return attribute.varint(ATTRIBUTE.type, type);
  });
}
