import type { Answer } from './inspectAnswer';

export interface ModelFigures {
  readonly fileBytes: number;
  /** Planned arena of the chosen runtime; null when shapes are unknown. */
  readonly arena: number | null;
  readonly macs: number | null;
  readonly parameters: number;
  /** Size after gzip -9: what an update over the air or a compressed image takes. */
  readonly gzipBytes: number;
  /** Weights that are exactly zero. */
  readonly zeroWeights: number;
}

/** Error of one layer's output against the float model, on the calibration data. */
export interface LayerError {
  /** Index of the node in the source model's main graph. */
  readonly node: number;
  readonly op: string;
  readonly name: string;
  /** With everything before it transformed too. */
  readonly sqnrDb: number | null;
  /** With only this layer's own weights and output transformed; null when not measured. */
  readonly aloneSqnrDb: number | null;
  /** Real range that the integers cover, and the range seen in the data (quantize only). */
  readonly covered?: readonly [number, number];
  readonly seen?: readonly [number, number];
}

/** The common part of `tinyml quantize`, `prune` and `distill --json`. */
export interface TransformAnswer extends Answer {
  readonly command: 'quantize' | 'prune';
  readonly source: string;
  readonly output: string;
  /** The method in words: "static int8 per-channel, 99.99th percentile". */
  readonly method: string;
  readonly before: ModelFigures;
  readonly after: ModelFigures;
  /** Signal to quantization noise of the outputs; null without data or when it is infinite (see notes). */
  readonly sqnrDb: number | null;
  readonly cosine: number | null;
  /** Share of samples whose largest output is the same, 0 to 1; null for models without a class output. */
  readonly top1Agreement: number | null;
  /** Samples measured on. */
  readonly samples: number;
  /** Where the data came from, for the report. */
  readonly data: string | null;
  readonly layers: readonly LayerError[];
  readonly seconds: number;
}
