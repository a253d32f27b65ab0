import { isFloat, isInteger, type DType } from './dtype';
import type { Graph, Node } from './graph';
import { mainGraph, type Model } from './model';
import type { OpKind } from './ops/op';
import { isPerChannel } from './quantization';
import type { Tensor, TensorId } from './tensor';
import { constantFinder, findParameters, nodeParameters, type ConstantFinder, type GraphParameters } from './weights';

/** How an operator with weights computes. */
interface Scheme {
  readonly activations: DType;
  readonly weights: DType;
  readonly perChannel: boolean;
}

function isQuantized(tensor: Tensor): boolean {
  return tensor.quantization !== null && isInteger(tensor.dtype);
}

/** Operators that multiply weights into sums: how these compute is how the model computes. */
const WEIGHTED: ReadonlySet<OpKind> = new Set<OpKind>([
  'Conv1d',
  'Conv2d',
  'Conv3d',
  'DepthwiseConv2d',
  'TransposeConv2d',
  'FullyConnected',
  'MatMul',
  'Lstm',
  'Gru',
  'Rnn',
  'Svdf',
]);

function schemeOf(graph: Graph, node: Node, weights: Tensor): Scheme | null {
  const x = typeof node.inputs[0] === 'number' ? graph.tensors[node.inputs[0]] : undefined;
  if (!x || x.dtype === 'unknown') return null;
  return {
    activations: x.dtype,
    weights: weights.dtype,
    perChannel: weights.quantization !== null && isPerChannel(weights.quantization),
  };
}

function schemesOf(graph: Graph, parameters: GraphParameters, find: ConstantFinder): readonly Scheme[] {
  const schemes: Scheme[] = [];
  for (const node of graph.nodes) {
    if (!WEIGHTED.has(node.op.kind)) continue;
    const weights = nodeParameters(node, parameters, find).find((parameter) => parameter.role === 'weights');
    const scheme = weights && schemeOf(graph, node, weights.constant);
    if (scheme) schemes.push(scheme);
  }
  return schemes;
}

/** Words for one scheme; per-channel and per-tensor are added where weights and activations share a type. */
function schemeWords({ activations, weights }: Scheme): string {
  if (isFloat(activations) && isFloat(weights)) return activations === weights ? weights : `${weights} weights`;
  if (isFloat(activations)) return `hybrid: ${weights} weights, float activations`;
  if (activations === weights) return weights;
  return `${activations} activations, ${weights} weights`;
}

function granularity(words: string, schemes: readonly Scheme[]): string {
  if (words !== 'int8' && words !== 'int4') return '';
  return schemes.some((scheme) => scheme.perChannel) ? ' per-channel' : ' per-tensor';
}

function typesOf(graph: Graph, tensors: readonly TensorId[]): readonly string[] {
  const types = new Set<string>();
  for (const id of tensors) {
    const tensor = graph.tensors[id];
    if (tensor && !tensor.constant) types.add(isFloat(tensor.dtype) ? 'float' : tensor.dtype);
  }
  return [...types];
}

function portWords(graph: Graph): string {
  const inputs = typesOf(graph, graph.inputs).join(' and ');
  const outputs = typesOf(graph, graph.outputs).join(' and ');
  if (inputs === outputs) return inputs === '' ? '' : `${inputs} in and out`;
  return [inputs && `${inputs} in`, outputs && `${outputs} out`].filter((part) => part !== '').join(', ');
}

/** For a file of tensors without operators: their types, most frequent first. */
function storeWords(graph: Graph): string {
  const counts = new Map<string, number>();
  for (const { dtype } of graph.tensors) counts.set(dtype, (counts.get(dtype) ?? 0) + 1);
  const types = [...counts].sort(([, a], [, b]) => b - a).map(([dtype]) => dtype);
  return types.map((dtype) => (dtype === 'unknown' ? 'types of the format' : dtype)).join(', ') || 'no numbers';
}

/** For a model without weights: what its activations are. */
function activationWords(graph: Graph): string {
  const quantized = new Set<string>();
  const plain = new Set<string>();
  for (const tensor of graph.tensors) {
    if (tensor.constant) continue;
    (isQuantized(tensor) ? quantized : plain).add(tensor.dtype);
  }
  const types = [...(quantized.size > 0 ? quantized : plain)].filter((dtype) => dtype !== 'unknown');
  const floats = types.filter((dtype) => dtype.includes('float'));
  return (floats.length > 0 ? floats : types).join(' and ') || 'no numbers';
}

function countWord(count: number): string {
  return `${count} ${count === 1 ? 'operator' : 'operators'}`;
}

/**
 * How a model is quantized, in words for users, after what its operators with weights compute on: "float32", "float16
 * weights", "int8 per-channel, int8 in and out", "int8 per-tensor, float in and out", "hybrid: int8 weights, float
 * activations", "int16 activations, int8 weights", "uint8", "mixed: int8 per-channel (27 operators), float32 (1
 * operator)". Types in and out are named where integers are computed on and they are not the same type.
 */
export function quantizationSummary(model: Model): string {
  if (mainGraph(model).nodes.length === 0) return storeWords(mainGraph(model));
  const parameters = findParameters(model);
  const groups = new Map<string, Scheme[]>();
  for (const [index, graph] of model.graphs.entries()) {
    const roles = parameters.graphs[index];
    for (const scheme of roles ? schemesOf(graph, roles, constantFinder(graph)) : []) {
      const words = schemeWords(scheme);
      const group = groups.get(words);
      if (group) group.push(scheme);
      else groups.set(words, [scheme]);
    }
  }
  const main = mainGraph(model);
  const named = [...groups].map(([words, schemes]) => ({ words: words + granularity(words, schemes), schemes }));
  const [only] = named;
  if (!only) return activationWords(main);
  if (named.length > 1) {
    return `mixed: ${named.map(({ words, schemes }) => `${words} (${countWord(schemes.length)})`).join(', ')}`;
  }
  const activations = only.schemes[0]!.activations;
  if (isFloat(activations)) return only.words;
  const ports = portWords(main);
  const plain = only.words === activations && ports === `${activations} in and out`;
  return plain || ports === '' ? only.words : `${only.words}, ${ports}`;
}
