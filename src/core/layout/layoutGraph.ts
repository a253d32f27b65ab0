/** What is laid out: boxes of known size, and edges between them. */
export interface LayoutGraph {
  /** Width and height of each node, two numbers a node. */
  readonly sizes: Float32Array;
  /** Pairs from, to. */
  readonly edges: Uint32Array;
  /** Edges with the same number leave one node together (they carry one tensor) and share their way down. */
  readonly bundles: Uint32Array;
  /** 1 for nodes where the reader's eye should start, among equals: the inputs of a model. One a node. */
  readonly isEntry: Uint8Array;
}

/** Where everything goes, in the unit of the sizes. */
export interface Positions {
  /** x, y of the top-left corner, width, height: 4 numbers a node. */
  readonly boxes: Float32Array;
  /** Points of all edges, x y interleaved; edge i has points edgeStarts[i] to edgeStarts[i + 1] (in points). */
  readonly edgePoints: Float32Array;
  readonly edgeStarts: Uint32Array;
  readonly width: number;
  readonly height: number;
}
