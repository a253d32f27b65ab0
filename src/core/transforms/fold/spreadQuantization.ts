import { isInteger } from '../../ir/dtype';
import type { Graph, Node } from '../../ir/graph';
import type { OpKind } from '../../ir/ops/op';
import type { Tensor, TensorId } from '../../ir/tensor';

/** Operators whose results are some of the values of their first input, moved. */
const MOVES: ReadonlySet<OpKind> = new Set<OpKind>([
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Identity',
  'Slice',
  'Split',
  'Gather',
  'SpaceToDepth',
  'DepthToSpace',
]);

/**
 * Quantization said on one side of an operator that only moves values holds on the other side as well, exactly: what was
 * read from a grid is on it, and rounding before the move is rounding after it. Exporters leave such pairs of
 * QuantizeLinear and DequantizeLinear out. Ids of tensors stay; linear in nodes.
 */
export function spreadQuantization(graph: Graph): Graph {
  const tensors = [...graph.tensors];
  const ports = new Set([...graph.inputs, ...graph.outputs]);
  spreadForward(graph, tensors, ports);
  spreadBackward(graph, tensors, ports);
  return { ...graph, tensors };
}

function spreadForward(graph: Graph, tensors: Tensor[], ports: ReadonlySet<TensorId>): void {
  for (const node of graph.nodes) {
    const x = movedInput(node);
    if (x === null || !isOnGrid(tensors[x]!)) continue;
    for (const id of node.outputs) if (isPlainFloat(tensors[id]!, ports)) take(tensors, id, tensors[x]!);
  }
}

/** Only where nobody else reads the value before it is rounded. */
function spreadBackward(graph: Graph, tensors: Tensor[], ports: ReadonlySet<TensorId>): void {
  const readers = new Int32Array(tensors.length);
  for (const node of graph.nodes) for (const id of node.inputs) if (id !== null) readers[id]! += 1;
  for (const node of [...graph.nodes].reverse()) {
    const x = movedInput(node);
    if (x === null || readers[x] !== 1 || node.outputs.length !== 1) continue;
    const output = tensors[node.outputs[0]!]!;
    if (isOnGrid(output) && isPlainFloat(tensors[x]!, ports)) take(tensors, x, output);
  }
}

function isPlainFloat({ id, dtype, quantization, constant }: Tensor, ports: ReadonlySet<TensorId>): boolean {
  return !ports.has(id) && dtype === 'float32' && !quantization && !constant;
}

function take(tensors: Tensor[], id: TensorId, { dtype, quantization }: Tensor): void {
  tensors[id] = { ...tensors[id]!, dtype, quantization };
}

function movedInput(node: Node): TensorId | null {
  return MOVES.has(node.op.kind) && !node.source.integer ? (node.inputs[0] ?? null) : null;
}

/** An activation stored as integers with one scale. */
function isOnGrid({ dtype, quantization, constant }: Tensor): boolean {
  return isInteger(dtype) && quantization?.axis === null && quantization.scales.length === 1 && !constant;
}

/** Operators whose results are of a type of their own, whatever they read. */
const OWN_TYPE: ReadonlySet<OpKind> = new Set<OpKind>([
  'Quantize',
  'Cast',
  'Compare',
  'Shape',
  'Rank',
  'ArgMax',
  'ArgMin',
  'Opaque',
]);

/**
 * Results that the file states no type for, of operators that read quantized tensors as reals, are reals: shape
 * inference would give them the stored type of what is read.
 */
export function withFloatResults(graph: Graph): Graph {
  const tensors = [...graph.tensors];
  for (const node of graph.nodes) {
    const x = tensors[node.inputs[0] ?? -1];
    if (node.source.integer || OWN_TYPE.has(node.op.kind) || !x?.quantization || !isInteger(x.dtype)) continue;
    for (const id of node.outputs) {
      if (tensors[id]!.dtype === 'unknown') tensors[id] = { ...tensors[id]!, dtype: 'float32' };
    }
  }
  return { ...graph, tensors };
}
