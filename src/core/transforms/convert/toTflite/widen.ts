import type { DType } from '../../../ir/dtype';
import type { Graph, Node } from '../../../ir/graph';

/** Floats that TFLite's kernels do not take; constants of them are decoded where they are used. */
const OTHER_FLOATS: ReadonlySet<DType> = new Set<DType>(['float64', 'float16', 'bfloat16']);

/** The type that takes the place of another in TFLite. */
export function plainFloat(dtype: DType): DType {
  return OTHER_FLOATS.has(dtype) ? 'float32' : dtype;
}

/**
 * A graph whose floats of other widths are float32, with what a user should know of it. Constants keep their type and
 * their bytes.
 */
export function withPlainFloats(graph: Graph): { readonly graph: Graph; readonly notes: readonly string[] } {
  const found = new Set(graph.tensors.map(({ dtype }) => dtype).filter((dtype) => OTHER_FLOATS.has(dtype)));
  if (found.size === 0) return { graph, notes: [] };
  const tensors = graph.tensors.map((tensor) =>
    tensor.constant ? tensor : { ...tensor, dtype: plainFloat(tensor.dtype) },
  );
  const nodes = graph.nodes.map((node): Node => {
    const { op } = node;
    return op.kind === 'Cast' ? { ...node, op: { ...op, to: plainFloat(op.to) } } : node;
  });
  const ports = [...graph.inputs, ...graph.outputs].filter((id) => OTHER_FLOATS.has(graph.tensors[id]!.dtype));
  const named = [...new Set(ports)].map((id) => graph.tensors[id]!).filter(({ constant }) => !constant);
  const notes = [
    `Values of type ${[...found].join(' and ')} are float32 now: TFLite's kernels take no other floats.`,
    ...named.map(({ name, dtype }) => `The port ${name} is float32 now, and was ${dtype}.`),
  ];
  return { graph: { ...graph, tensors, nodes }, notes };
}
