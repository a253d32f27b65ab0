import { bitsOf } from '../../ir/dtype';
import type { Graph, Node } from '../../ir/graph';
import type { OpKind } from '../../ir/ops/op';
import type { Quantization } from '../../ir/quantization';
import { isStatic } from '../../ir/shape';
import type { ConstantData, Tensor, TensorId } from '../../ir/tensor';
import { fillValueOf } from '../../formats/onnx/fillValue';
import { mapOp } from '../../formats/onnx/ops/mapOp';
import { NodeView } from '../../formats/onnx/ops/nodeView';
import { transposeBytes } from '../lower/constantLayout';

/** Longest constant made of one repeated element. */
const MAX_FILL_BYTES = 1 << 29;

/**
 * An ONNX graph whose constants that are only moved (reshaped, transposed, passed on) or filled are constants
 * themselves, decoded when read; operators that are told apart by constant operands (MatMul with weights) are mapped
 * anew; a Dropout whose mask nobody reads passes its input on. Shapes must be inferred. Ids of tensors stay.
 */
export function foldOnnxConstants(graph: Graph): Graph {
  const tensors = [...graph.tensors];
  const readers = new Int32Array(tensors.length);
  for (const node of graph.nodes) for (const id of node.inputs) if (id !== null) readers[id]! += 1;
  for (const id of graph.outputs) readers[id]! += 1;
  const folded = new Set<TensorId>();
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const made = node.outputs.length === 1 ? movedConstant(node, tensors) : null;
    if (made && !graph.outputs.includes(made.id)) {
      tensors[made.id] = made;
      folded.add(made.id);
      continue;
    }
    const dropout = withoutMask(node, readers);
    nodes.push(node.inputs.some((id) => id !== null && folded.has(id)) ? remapped(dropout, tensors) : dropout);
  }
  return { ...graph, tensors, nodes: nodes.map((node, id) => ({ ...node, id })) };
}

/** In inference a Dropout is the identity; which form of it says so depends on the opset. */
function withoutMask(node: Node, readers: Int32Array): Node {
  const { op, version, attributes, domain } = node.source;
  if (op !== 'Dropout' || domain !== '' || node.op.kind !== 'Opaque') return node;
  const infers = version >= 7 ? (node.inputs[2] ?? null) === null : Number(attributes.is_test ?? 0) === 1;
  if (!infers || node.outputs.slice(1).some((id) => readers[id]! > 0)) return node;
  return { ...node, op: { kind: 'Identity' }, outputs: node.outputs.slice(0, 1) };
}

function remapped(node: Node, tensors: readonly Tensor[]): Node {
  if ('bodies' in node.op && node.op.bodies.length > 0) return node;
  const { op, domain, version, attributes } = node.source;
  const inputs = node.inputs.map((id) => (id === null ? null : tensors[id]!));
  return { ...node, op: mapOp(domain, new NodeView(op, version, attributes, inputs, node.outputs.length, new Map())) };
}

const RESHAPES: ReadonlySet<OpKind> = new Set<OpKind>(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze']);

/** The output of a node as a constant; null where it has to be computed. */
function movedConstant(node: Node, tensors: readonly Tensor[]): Tensor | null {
  const output = tensors[node.outputs[0]!]!;
  if (!isStatic(output.shape) || output.constant) return null;
  if (node.source.op === 'ConstantOfShape') return filled(node, output, output.shape);
  const from = tensors[node.inputs[0] ?? -1];
  return from?.constant && !from.isSparse && !from.captured ? moved(node, from, output) : null;
}

function moved({ op }: Node, from: Tensor, output: Tensor): Tensor | null {
  if (op.kind === 'Transpose') {
    const isMovable = op.permutation !== null && isStatic(from.shape) && bitsOf(from.dtype) >= 8;
    return isMovable ? transposed(from, output, op.permutation) : null;
  }
  // A scale a channel speaks of an axis, which a reshape may tear apart.
  const isPerTensor = (from.quantization?.axis ?? null) === null;
  const isWhole = op.kind === 'Identity' || (RESHAPES.has(op.kind) && isPerTensor);
  return isWhole ? { ...output, dtype: from.dtype, constant: from.constant, quantization: from.quantization } : null;
}

function transposed(from: Tensor, output: Tensor, permutation: readonly number[]): Tensor {
  const constant = from.constant!;
  const shape = from.shape as readonly number[];
  const turned: ConstantData = {
    byteLength: constant.byteLength,
    storedBytes: constant.storedBytes,
    key: `${constant.key} by ${permutation.join()}`,
    read: () => transposeBytes(constant.read(), shape, permutation, bitsOf(from.dtype) / 8),
  };
  const axis = from.quantization?.axis ?? null;
  const quantization: Quantization | null =
    axis === null ? from.quantization : { ...from.quantization!, axis: permutation.indexOf(axis) };
  return { ...output, dtype: from.dtype, constant: turned, quantization };
}

function filled(node: Node, output: Tensor, shape: readonly number[]): Tensor | null {
  const { dtype, element } = fillValueOf(node);
  const byteLength = shape.reduce((product, dim) => product * dim, 1) * element.length;
  if (byteLength > MAX_FILL_BYTES || bitsOf(dtype) < 8) return null;
  const constant: ConstantData = {
    byteLength,
    storedBytes: element.length,
    key: `filled:${output.id}`,
    read: () => {
      const bytes = new Uint8Array(byteLength);
      bytes.set(element.subarray(0, byteLength));
      for (let done = element.length; done < byteLength; done *= 2)
        bytes.copyWithin(done, 0, Math.min(done, byteLength - done));
      return bytes;
    },
  };
  return { ...output, dtype, constant };
}
