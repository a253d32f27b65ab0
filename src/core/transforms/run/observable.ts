import { bitsOf, bytesOf } from '../../ir/dtype';
import type { Graph } from '../../ir/graph';
import { elementCount } from '../../ir/shape';
import type { TensorId } from '../../ir/tensor';

/** Tensors between operators that are kept of one run, together. */
const MAX_OBSERVED_BYTES = 512 * 2 ** 20;

/** What can be kept of a run besides its outputs. */
export interface Observable {
  /** In execution order: what each operator makes, outputs of the graph left out. */
  readonly tensors: readonly TensorId[];
  /** Those that were left out because they are too large together, or have no numbers of a fixed size. */
  readonly left: number;
}

/** The tensors between the operators of a graph, in execution order. Linear in nodes. */
export function observable(graph: Graph): Observable {
  const ports = new Set([...graph.inputs, ...graph.outputs]);
  const tensors: TensorId[] = [];
  let left = 0;
  let total = 0;
  for (const node of graph.nodes) {
    for (const id of node.outputs) {
      const tensor = graph.tensors[id];
      if (!tensor || ports.has(id) || tensor.constant) continue;
      // ONNX Runtime cannot hand out elements below a byte.
      const bytes = bytesOf(tensor.dtype, elementCount(tensor.shape) ?? 0);
      total += bytes;
      if (bitsOf(tensor.dtype) < 8 || total > MAX_OBSERVED_BYTES) left += 1;
      else tensors.push(id);
    }
  }
  return { tensors, left };
}

/** Names of tensors that are unlike each other, in a graph where some share one or have none. Index = tensor id. */
export function tensorKeys(graph: Graph): readonly string[] {
  const seen = new Set<string>();
  return graph.tensors.map(({ id, name }) => {
    const key = name === '' || seen.has(name) ? `${name}#${id}` : name;
    seen.add(key);
    return key;
  });
}
