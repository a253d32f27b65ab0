/** A rectangle of the memory heatmap. Times are operator ids; an input is alive from -1. */
export interface BufferView {
  readonly tensor: number;
  readonly name: string;
  readonly bytes: number;
  readonly offset: number;
  /** First and last operator during which it must stay. */
  readonly first: number;
  readonly last: number;
  readonly kind: 'activation' | 'scratch' | 'input' | 'output';
  readonly dtype: string;
  readonly shape: string;
}

export interface MemoryView {
  readonly buffers: readonly BufferView[];
  readonly operators: readonly string[];
  /** Bytes alive at each operator. */
  readonly live: Float64Array;
  readonly planned: number;
  readonly lowerBound: number;
  /** Operator at which most is alive. */
  readonly peak: number;
  readonly planner: string;
  /** Arena bytes per region of the board, largest internal region first; null without a board. */
  readonly limit: { readonly region: string; readonly bytes: number } | null;
}
