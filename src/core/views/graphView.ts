/** A laid-out graph, positions in CSS pixels at zoom 1. Nodes first `nodeCount` are operators (index = node id); after them inputs and outputs. */
export interface GraphView {
  readonly nodeCount: number;
  /** Operator names; for graph inputs and outputs the tensor's name. */
  readonly labels: readonly string[];
  /** What the file calls each operator (ONNX node names), for search; empty where it has no name, and for inputs and outputs. */
  readonly names: readonly string[];
  /** Second line: "3×3 → 16", or the dtype and shape of an input. */
  readonly details: readonly string[];
  readonly kinds: readonly ('operator' | 'input' | 'output')[];
  /** x, y of the top-left corner, width, height: 4 numbers a node; x is NaN for a constant, which is not drawn. */
  readonly boxes: Float32Array;
  /** Pairs from, to: indices into the nodes above. */
  readonly edges: Uint32Array;
  /** Tensor id carried by each edge. */
  readonly edgeTensors: Uint32Array;
  /** Points of all edges, x y interleaved; edge i has points edgeStarts[i] to edgeStarts[i + 1] (in points). */
  readonly edgePoints: Float32Array;
  readonly edgeStarts: Uint32Array;
  readonly width: number;
  readonly height: number;
  /** Tensor names by id, for search: name and the node that makes it (-1 for none). */
  readonly tensorNames: readonly string[];
  readonly tensorProducers: Int32Array;
}
