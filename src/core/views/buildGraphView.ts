import type { Graph, Node } from '../ir/graph';
import { nodeDetail } from '../ir/macs';
import type { ConvolutionOp } from '../ir/ops/convolution';
import type { Op } from '../ir/ops/op';
import { formatShape } from '../ir/shape';
import type { TensorId } from '../ir/tensor';
import { producers } from '../ir/traverse';
import { layoutDag } from '../layout/layoutDag';
import type { GraphView } from './graphView';

/** Sizes of boxes in CSS pixels: text of about 13 px with a margin. */
const BOX_HEIGHT = 32;
const PILL_HEIGHT = 24;
const MIN_BOX_WIDTH = 180;
const MIN_PILL_WIDTH = 100;
const MAX_WIDTH = 320;
const CHARACTER = 7;
/** Room in a box for its number and the margins. */
const BOX_EXTRA = 72;
const PILL_EXTRA = 32;

/** A drawn node before it has a place. */
interface Drawn {
  readonly label: string;
  readonly detail: string;
  readonly kind: GraphView['kinds'][number];
}

/**
 * One graph, laid out: its operators, then its inputs and its outputs as pills; constants are part of their operators.
 * Give it a graph of a model whose shapes are inferred.
 */
export function buildGraphView(graph: Graph): GraphView {
  const operators = graph.nodes.map((node) => drawnNode(graph, node));
  const inputs = graph.inputs.filter((id) => graph.tensors[id]?.constant === null);
  const drawn = [
    ...operators,
    ...inputs.map((id) => drawnTensor(graph, id, 'input')),
    ...graph.outputs.map((id) => drawnTensor(graph, id, 'output')),
  ];
  const made = producers(graph);
  const { edges, tensors } = edgesOf(graph, inputs, made);
  const shown = drawn.flatMap((_, element) => (isHidden(graph, element) ? [] : [element]));
  const placeOf = new Int32Array(drawn.length).fill(-1);
  for (const [place, element] of shown.entries()) placeOf[element] = place;
  const positions = layoutDag({
    sizes: Float32Array.from(shown.flatMap((element) => sizeOf(drawn[element]!))),
    edges: edges.map((element) => placeOf[element]!),
    bundles: tensors,
    isEntry: Uint8Array.from(shown, (element) => (drawn[element]!.kind === 'input' ? 1 : 0)),
  });
  return {
    nodeCount: graph.nodes.length,
    labels: drawn.map((node) => node.label),
    names: drawn.map((_, element) => graph.nodes[element]?.source.name ?? ''),
    details: drawn.map((node) => node.detail),
    kinds: drawn.map((node) => node.kind),
    ...positions,
    boxes: spreadBoxes(positions.boxes, shown, drawn.length),
    edges,
    edgeTensors: tensors,
    tensorNames: graph.tensors.map((tensor) => tensor.name),
    tensorProducers: made,
  };
}

/** Constants that are nodes (ONNX) say nothing that their consumers do not: drawn, they would be half of many graphs. */
function isHidden(graph: Graph, element: number): boolean {
  const node = graph.nodes[element];
  return node?.op.kind === 'Constant' && !node.outputs.some((id) => graph.outputs.includes(id));
}

/** Boxes of the shown elements at the places of all of them. */
function spreadBoxes(boxes: Float32Array, shown: readonly number[], count: number): Float32Array {
  const spread = new Float32Array(4 * count).fill(NaN);
  for (const [place, element] of shown.entries()) spread.set(boxes.subarray(4 * place, 4 * place + 4), 4 * element);
  return spread;
}

/** Every use of a value that an operator or an input makes; the outputs of the graph use theirs too. */
function edgesOf(
  graph: Graph,
  inputs: readonly TensorId[],
  made: Int32Array,
): { edges: Uint32Array; tensors: Uint32Array } {
  const edges: number[] = [];
  const tensors: number[] = [];
  const pillOf = new Map(inputs.map((id, index) => [id, graph.nodes.length + index]));
  const connect = (tensor: TensorId, to: number): void => {
    const from = made[tensor]! >= 0 ? made[tensor] : pillOf.get(tensor);
    if (from === undefined || isHidden(graph, from)) return;
    edges.push(from, to);
    tensors.push(tensor);
  };
  for (const node of graph.nodes) {
    for (const tensor of new Set(node.inputs)) if (tensor !== null) connect(tensor, node.id);
  }
  for (const [index, tensor] of graph.outputs.entries()) connect(tensor, graph.nodes.length + inputs.length + index);
  return { edges: Uint32Array.from(edges), tensors: Uint32Array.from(tensors) };
}

function drawnNode(graph: Graph, node: Node): Drawn {
  return { label: node.source.op, detail: operatorDetail(graph, node), kind: 'operator' };
}

/** "3×3 /2 → 16" for convolutions, the shape of the result for all others. */
function operatorDetail(graph: Graph, node: Node): string {
  const shape = graph.tensors[node.outputs[0] ?? -1]?.shape ?? null;
  if (!isConvolution(node.op)) return shape ? formatShape(shape) : '';
  const channels = node.op.layout === 'NHWC' ? shape?.at(-1) : shape?.[1];
  return `${nodeDetail(graph, node)} → ${channels ?? '?'}`;
}

function isConvolution(op: Op): op is ConvolutionOp {
  return 'strides' in op && 'padding' in op && op.kind !== 'Pool';
}

function drawnTensor(graph: Graph, id: TensorId, kind: 'input' | 'output'): Drawn {
  const tensor = graph.tensors[id];
  if (!tensor) return { label: '', detail: '', kind };
  return { label: tensor.name, detail: `${tensor.dtype} ${formatShape(tensor.shape)}`, kind };
}

function sizeOf({ label, detail, kind }: Drawn): readonly [width: number, height: number] {
  if (kind === 'operator') {
    const text = Math.max(label.length, detail.length) * CHARACTER + BOX_EXTRA;
    return [Math.min(MAX_WIDTH, Math.max(MIN_BOX_WIDTH, text)), BOX_HEIGHT];
  }
  const text = (label.length + 1 + detail.length) * CHARACTER + PILL_EXTRA;
  return [Math.min(MAX_WIDTH, Math.max(MIN_PILL_WIDTH, text)), PILL_HEIGHT];
}
