/** Rows of the Layers table as columns; index = node id. */
export interface LayersView {
  readonly ops: readonly string[];
  /** "3×3 /2": what a person calls this operator apart by. */
  readonly details: readonly string[];
  readonly names: readonly string[];
  readonly dtypes: readonly string[];
  readonly shapes: readonly string[];
  /** Unknown is -1 in each of these. */
  readonly macs: Float64Array;
  readonly parameters: Float64Array;
  readonly weightBytes: Float64Array;
  readonly outputBytes: Float64Array;
  /** Activation bytes alive while the operator runs. */
  readonly liveBytes: Float64Array;
}
