import { storedValues } from '../../../ir/decode';
import type { Graph, Node } from '../../../ir/graph';
import { mainGraph, type Model } from '../../../ir/model';
import type { ConstantData, Tensor, TensorId } from '../../../ir/tensor';

/** A model whose batch is free, or the operator on account of which it is not. */
export interface FreeBatch {
  readonly model: Model;
  /** Operator whose result depends on how many samples there are; null where the batch is free. */
  readonly fixedBy: string | null;
}

/** How an operator stands to a first dimension that counts samples. */
type Rule = (use: NodeUse) => boolean;

interface NodeUse {
  readonly node: Node;
  readonly tensors: readonly Tensor[];
  readonly isBatched: (id: TensorId | null | undefined) => boolean;
  /** Numbers of a constant operand. */
  readonly list: (index: number) => readonly number[] | null;
}

const shapeOf = (tensors: readonly Tensor[], id: TensorId): readonly number[] =>
  tensors[id]!.shape as readonly number[];

/** What is done to each sample alone; operands that are not batched are the same for all. */
const bySample: Rule = ({ node, tensors, isBatched }) => {
  const rank = shapeOf(tensors, node.outputs[0]!).length;
  return node.inputs.every((id) => !isBatched(id) || shapeOf(tensors, id!).length === rank);
};

const numberOf = (node: Node, name: string): number => Number(node.source.attributes[name] ?? 0);

const onlyFirst: Rule = ({ node, isBatched }) => node.inputs.slice(1).every((id) => !isBatched(id));

const RULES: Readonly<Record<string, Rule>> = {
  RESHAPE: () => true,
  TRANSPOSE: ({ list }) => list(1)?.[0] === 0,
  SLICE: ({ list }) => list(1)?.[0] === 0,
  PAD: ({ list }) =>
    list(1)
      ?.slice(0, 2)
      .every((cells) => cells === 0) ?? false,
  PADV2: ({ list }) =>
    list(1)
      ?.slice(0, 2)
      .every((cells) => cells === 0) ?? false,
  MIRROR_PAD: ({ list }) =>
    list(1)
      ?.slice(0, 2)
      .every((cells) => cells === 0) ?? false,
  CONCATENATION: ({ node, isBatched }) => numberOf(node, 'axis') > 0 && node.inputs.every(isBatched),
  SPLIT: ({ list }) => (list(0)?.[0] ?? 0) > 0,
  SPLIT_V: ({ list }) => (list(2)?.[0] ?? 0) > 0,
  GATHER: (use) => numberOf(use.node, 'axis') > 0 && onlyFirst(use),
  FULLY_CONNECTED: onlyFirst,
  ...Object.fromEntries(['CONV_2D', 'DEPTHWISE_CONV_2D', 'CONV_3D'].map((op) => [op, onlyFirst] as const)),
  ...Object.fromEntries(
    ['MEAN', 'SUM', 'REDUCE_MAX', 'REDUCE_MIN', 'REDUCE_PROD', 'ARG_MAX', 'ARG_MIN', 'CUMSUM'].map((op) => [
      op,
      ({ list }: NodeUse): boolean => list(1)?.every((axis) => axis > 0) ?? false,
    ]),
  ),
  ...Object.fromEntries(
    [
      ...[
        'MAX_POOL_2D',
        'AVERAGE_POOL_2D',
        'RESIZE_BILINEAR',
        'RESIZE_NEAREST_NEIGHBOR',
        'DEPTH_TO_SPACE',
        'SPACE_TO_DEPTH',
      ],
      ...['ADD', 'SUB', 'MUL', 'DIV', 'MAXIMUM', 'MINIMUM', 'POW', 'SQUARED_DIFFERENCE', 'FLOOR_DIV', 'FLOOR_MOD'],
      ...['RELU', 'RELU6', 'RELU_N1_TO_1', 'TANH', 'LOGISTIC', 'HARD_SWISH', 'LEAKY_RELU', 'ELU', 'GELU', 'PRELU'],
      ...['ABS', 'NEG', 'EXP', 'LOG', 'SQRT', 'RSQRT', 'SQUARE', 'SIN', 'COS', 'FLOOR', 'CEIL', 'ROUND', 'SIGN'],
      ...['SOFTMAX', 'LOG_SOFTMAX', 'QUANTIZE', 'DEQUANTIZE', 'CAST', 'SELECT_V2', 'L2_NORMALIZATION'],
      ...[
        'EQUAL',
        'NOT_EQUAL',
        'LESS',
        'LESS_EQUAL',
        'GREATER',
        'GREATER_EQUAL',
        'LOGICAL_AND',
        'LOGICAL_OR',
        'LOGICAL_NOT',
      ],
      ...['LOCAL_RESPONSE_NORMALIZATION', 'ATAN2', 'ZEROS_LIKE'],
    ].map((op) => [op, bySample] as const),
  ),
};

/**
 * A finished TFLite model with its first dimension, bound to 1, free again: in every tensor that counts samples, and in
 * the shapes that RESHAPE and SLICE name. The model itself where some operator does not treat each sample alone.
 */
export function withFreeBatch(model: Model): FreeBatch {
  const graph = mainGraph(model);
  const batched = new Set<TensorId>(graph.inputs);
  const isOne = (id: TensorId): boolean => shapeOf(graph.tensors, id)[0] === 1;
  const isBatched = (id: TensorId | null | undefined): boolean => typeof id === 'number' && batched.has(id);
  for (const node of graph.nodes) {
    if (!node.inputs.some(isBatched)) continue;
    const list = (index: number): readonly number[] | null => listOf(graph.tensors[node.inputs[index] ?? -1]);
    const isKept = RULES[node.source.op]?.({ node, tensors: graph.tensors, isBatched, list }) ?? false;
    if (!isKept || !node.outputs.every(isOne)) return { model, fixedBy: node.source.op };
    node.outputs.forEach((id) => batched.add(id));
  }
  const fixed = graph.outputs.find((id) => !batched.has(id));
  if (fixed !== undefined) return { model, fixedBy: `the output ${graph.tensors[fixed]!.name}` };
  return { model: { ...model, graphs: [opened(graph, batched)] }, fixedBy: null };
}

function listOf(tensor: Tensor | undefined): readonly number[] | null {
  if (!tensor?.constant) return null;
  const { count, at } = storedValues(tensor);
  return Array.from({ length: count }, (_, i) => at(i));
}

/** The operand that names the length of the batch, by operator. */
const SIZES: Readonly<Record<string, number>> = { RESHAPE: 1, SLICE: 2 };

function opened(graph: Graph, batched: ReadonlySet<TensorId>): Graph {
  const tensors = graph.tensors.map((tensor): Tensor => {
    if (!batched.has(tensor.id)) return tensor;
    return { ...tensor, shape: [null, ...(tensor.shape as readonly number[]).slice(1)] };
  });
  const open = new Map<TensorId, TensorId>();
  const openList = (id: TensorId): TensorId => {
    const known = open.get(id);
    if (known !== undefined) return known;
    const tensor = tensors[id]!;
    const list = Int32Array.from(listOf(tensor)!, (size, i) => (i === 0 ? -1 : size));
    const bytes = new Uint8Array(list.buffer);
    const constant: ConstantData = {
      byteLength: bytes.length,
      storedBytes: bytes.length,
      key: `open:${id}`,
      read: () => bytes,
    };
    open.set(id, tensors.length);
    tensors.push({ ...tensor, id: tensors.length, name: `${tensor.name}/free`, constant });
    return tensors.length - 1;
  };
  const nodes = graph.nodes.map((node): Node => {
    const place = SIZES[node.source.op];
    if (place === undefined || !batched.has(node.outputs[0]!)) return node;
    const inputs = node.inputs.map((id, i) => (i === place && id !== null ? openList(id) : id));
    const { new_shape: shape } = node.source.attributes;
    const attributes = Array.isArray(shape)
      ? { ...node.source.attributes, new_shape: [-1, ...(shape as number[]).slice(1)] }
      : node.source.attributes;
    return { ...node, inputs, source: { ...node.source, attributes } };
  });
  return { ...graph, tensors, nodes };
}
