/** Values of a constant, dequantized. */
export interface HistogramView {
  /** Values looked at: all, or those of the sample. */
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number;
  readonly zeros: number;
  /** Not finite; they are in no bin. */
  readonly notFinite: number;
  /** Counts of equal bins from min to max. */
  readonly bins: Float64Array;
  /** Per output channel: min, 5 %, 95 %, max (4 numbers a channel); null for vectors and over 1,024 channels. */
  readonly channels: Float32Array | null;
  /** True when only a sample of the values was read, evenly spaced. */
  readonly sampled: boolean;
}
