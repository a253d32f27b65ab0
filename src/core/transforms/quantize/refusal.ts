import { isFloat } from '../../ir/dtype';
import { ModelError } from '../../ir/errors';
import type { Graph, Node } from '../../ir/graph';
import type { Model } from '../../ir/model';
import { preparedGraph } from '../fold/prepare';
import { scaleRule, touchesReals } from './int8Rules';
import { hasWeights } from './weightedOps';

/** Why Quantize cannot take a model, as one sentence; null when it can, as far as the file tells. */
export function quantizeRefusal(model: Model): string | null {
  return refusal(model)?.message ?? null;
}

/** Throws the refusal, with the nodes concerned in `details`. */
export function assertQuantizable(model: Model): void {
  const error = refusal(model);
  if (error) throw error;
}

function refusal(model: Model): ModelError | null {
  if (model.readOnly !== undefined) return new ModelError('read-only', model.readOnly);
  const graph = preparedGraph(model);
  return alreadyQuantized(graph) ?? unsupported(model, graph) ?? nothingToQuantize(graph);
}

/** Int8 tensors, hybrid weights, or operators that work on integers. */
function alreadyQuantized(graph: Graph): ModelError | null {
  const quantized = graph.tensors.filter(
    (tensor) => tensor.quantization !== null && tensor.quantization.scales.length > 0 && !isFloat(tensor.dtype),
  );
  const first = quantized[0];
  if (!first) return integerOperators(graph);
  const types = [...new Set(quantized.map((tensor) => tensor.dtype))].filter((type) => type !== 'int32');
  const activations = quantized.some((tensor) => tensor.constant === null);
  const what = activations
    ? `is already quantized (${types.join(', ')})`
    : `already has quantized weights (${types.join(', ')}, float activations); start from its float version`;
  return new ModelError('already-quantized', `The model ${what}.`);
}

const INTEGER_OPERATORS = /^(QLinear|DynamicQuantize|.*Integer$|QGemm)/;

function integerOperators(graph: Graph): ModelError | null {
  const nodes = graph.nodes.filter((node) => INTEGER_OPERATORS.test(node.source.op));
  if (nodes.length === 0) return null;
  return new ModelError(
    'already-quantized',
    `The model is already quantized: it uses ${operatorNames(nodes)}.`,
    describe(nodes),
  );
}

function unsupported(model: Model, graph: Graph): ModelError | null {
  // An ONNX model keeps what has no integer form in float.
  if (model.format === 'onnx') return null;
  const nodes = graph.nodes.filter((node) => !isTaken(graph, node));
  if (nodes.length > 0) {
    return new ModelError(
      'unsupported-operator',
      `The model cannot be quantized to int8 because of ${operatorNames(nodes)}.`,
      describe(nodes),
    );
  }
  const variable = graph.tensors.find((tensor) => tensor.isVariable);
  return variable
    ? new ModelError('unsupported-operator', `The model keeps state in ${variable.name}, which cannot be quantized.`)
    : null;
}

function isTaken(graph: Graph, node: Node): boolean {
  if (node.op.kind === 'Opaque' || node.op.kind === 'Quantize' || node.op.kind === 'Dequantize') return false;
  return !touchesReals(graph, node) || scaleRule(node.op) !== null;
}

function nothingToQuantize(graph: Graph): ModelError | null {
  if (graph.nodes.some((node) => hasWeights(graph, node) && touchesReals(graph, node))) return null;
  const isEmpty = !graph.nodes.some((node) => touchesReals(graph, node));
  return isEmpty || graph.nodes.every((node) => !hasWeights(graph, node))
    ? new ModelError('no-weights', 'The model has no convolution or dense layer with float weights to quantize.')
    : null;
}

function operatorNames(nodes: readonly Node[]): string {
  return [...new Set(nodes.map((node) => node.source.op))].sort().join(', ');
}

function describe(nodes: readonly Node[]): readonly string[] {
  return nodes.map((node) =>
    [node.source.op, node.source.index, node.source.name].filter((part) => part !== '').join(' '),
  );
}
