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
  const readers = new Int32Array(tensors.length);
  for (const node of graph.nodes) for (const id of node.inputs) if (id !== null) readers[id]! += 1;
  const ports = new Set([...graph.inputs, ...graph.outputs]);
  const isPlainFloat = (id: TensorId): boolean =>
    !ports.has(id) && tensors[id]!.dtype === 'float32' && !tensors[id]!.quantization && !tensors[id]!.constant;
  const take = (id: TensorId, { dtype, quantization }: Tensor): void => {
    tensors[id] = { ...tensors[id]!, dtype, quantization };
  };
  for (const node of graph.nodes) {
    const x = movedInput(node);
    if (x === null || !isOnGrid(tensors[x]!)) continue;
    for (const id of node.outputs) if (isPlainFloat(id)) take(id, tensors[x]!);
  }
  for (const node of [...graph.nodes].reverse()) {
    const x = movedInput(node);
    const output = tensors[node.outputs[0] ?? -1];
    if (x === null || node.outputs.length !== 1 || !output || !isOnGrid(output)) continue;
    if (isPlainFloat(x) && readers[x] === 1) take(x, output);
  }
  return { ...graph, tensors };
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
