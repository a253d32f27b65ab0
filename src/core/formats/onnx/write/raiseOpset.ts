import { ModelError } from '../../../ir/errors';
import type { Graph, Node } from '../../../ir/graph';
import type { Model } from '../../../ir/model';
import { isPerChannel } from '../../../ir/quantization';

/** ai.onnx has QuantizeLinear from 10 on, and an axis in it from 13 on. */
const FIRST_QDQ_OPSET = 10;
const PER_AXIS_OPSET = 13;

/** In opset 7 broadcasting and the recurrent operators changed: nothing older is taken for a newer node. */
const OLDEST_RAISABLE_OPSET = 7;

/**
 * Operators of ai.onnx whose inputs, attributes or defaults last changed in opset 8 to 13 such that a node of an older
 * opset means something else (onnx docs/Changelog.md). All others only gained types or optional parts.
 */
const CHANGED: ReadonlyMap<string, number> = new Map([
  ['BatchNormalization', 9],
  ['Cast', 9],
  ['Clip', 11],
  ['Dropout', 12],
  ['Hardmax', 13],
  ['LogSoftmax', 13],
  ['OneHot', 11],
  ['Pad', 11],
  ['ReduceSum', 13],
  ['Resize', 11],
  ['Scan', 9],
  ['Scatter', 11],
  ['Slice', 10],
  ['Softmax', 13],
  ['Split', 13],
  ['SplitToSequence', 13],
  ['Squeeze', 13],
  ['TopK', 11],
  ['Unsqueeze', 13],
  ['Upsample', 10],
]);

/**
 * The opset to write a model with. A model without quantization, and one of opset 13 or later, keeps its own. An older
 * one is raised to 13 when it has to say per-axis parameters, or has no QuantizeLinear at all, and every node means the
 * same there. Where that is not so, opset 10 to 12 stays and the writer takes ONNX Runtime's com.microsoft operators;
 * below 10 not even those run (ONNX Runtime fuses them into operators of opset 10), so the model is refused with
 * ModelError `unsupported-operator` and the list of the nodes in the way.
 */
export function opsetFor(model: Model): number {
  const opset = model.opsets[''] ?? 0;
  const quantizations = model.graphs.flatMap((graph) =>
    graph.tensors.flatMap(({ quantization }) => quantization ?? []),
  );
  const isEnough = opset >= (quantizations.some(isPerChannel) ? PER_AXIS_OPSET : FIRST_QDQ_OPSET);
  // A file that has com.microsoft operators already has found its own way.
  if (quantizations.length === 0 || isEnough || model.opsets['com.microsoft'] !== undefined) return opset;
  const inTheWay = model.graphs.flatMap((graph) => nodesThatChange(graph, opset));
  if (inTheWay.length === 0) return PER_AXIS_OPSET;
  if (opset >= FIRST_QDQ_OPSET) return opset;
  throw new ModelError(
    'unsupported-operator',
    `Opset ${opset} has no quantized operators, and ${inTheWay[0] ?? 'a node'} would mean something else in opset ${PER_AXIS_OPSET}; export the model with opset ${PER_AXIS_OPSET} or later.`,
    inTheWay,
  );
}

function nodesThatChange(graph: Graph, opset: number): readonly string[] {
  return graph.nodes
    .filter((node) => changesMeaning(node, opset))
    .map(({ source }) => `${source.op} ${source.name}`.trim());
}

/** Functions have opsets of their own, which a raise would not touch. */
function changesMeaning({ op, source }: Node, opset: number): boolean {
  if (op.kind === 'Call') return true;
  return source.domain === '' && (opset < OLDEST_RAISABLE_OPSET || opset < (CHANGED.get(source.op) ?? 0));
}
