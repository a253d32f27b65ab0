import type { ExecutorId } from '../transforms/run/modelSession';

export interface RunInputView {
  /** The signature's name where one was chosen. */
  readonly name: string;
  readonly dtype: string;
  /** `1×96×96×3`. */
  readonly shape: string;
  /** An output renews it from step to step: it need not be given. */
  readonly isState: boolean;
  /** The name by which its dimensions are bound; null where the file fixes them all. */
  readonly bindAs: string | null;
  /** Pictures can be fitted to it. */
  readonly takesPictures: boolean;
}

export interface ExecutorView {
  readonly id: ExecutorId;
  /** Why it cannot run the model, as one sentence; null when nothing speaks against it. */
  readonly refusal: string | null;
  /** The operators in its way. */
  readonly details: readonly string[];
}

/** What *Try it* asks for before a run. */
export interface RunFormView {
  readonly signatures: readonly string[];
  readonly inputs: readonly RunInputView[];
  readonly executors: readonly ExecutorView[];
  /** The executor that runs unless another is picked; null when none can. */
  readonly chosen: ExecutorId | null;
  readonly isStateful: boolean;
}

/** Figures of a tensor as real numbers; null where it holds none. */
export interface RunStats {
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
}

export interface ScoreView {
  readonly index: number;
  readonly label: string | null;
  readonly value: number;
}

/** A tensor drawn: `grey` one byte a pixel, `rgb` three, `classes` the number of the largest channel. */
export interface RunPictureView {
  readonly kind: 'grey' | 'rgb' | 'classes';
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export interface RunOutputView extends RunStats {
  /** Place in the run, for `tensor`. */
  readonly index: number;
  readonly name: string;
  readonly dtype: string;
  readonly shape: string;
  readonly count: number;
  readonly fnv1a: string;
  /** The largest scores, largest first, of a vector of classes; null for other outputs. */
  readonly top: readonly ScoreView[] | null;
  readonly picture: RunPictureView | null;
  /** The first values, as reals. */
  readonly values: Float32Array;
}

/** What operators made, a row each, in execution order. */
export interface RunTensorsView {
  /** Place in the run, for `tensor`. */
  readonly indices: Uint32Array;
  readonly nodes: Uint32Array;
  readonly tensors: Uint32Array;
  readonly ops: readonly string[];
  readonly names: readonly string[];
  readonly dtypes: readonly string[];
  readonly shapes: readonly string[];
  /** NaN where a tensor holds no numbers. */
  readonly mins: Float64Array;
  readonly maxs: Float64Array;
  readonly means: Float64Array;
}

export interface RunView {
  /** Index in the model of the graph that ran: node and tensor numbers are of it. */
  readonly graph: number;
  readonly executor: ExecutorId;
  readonly notes: readonly string[];
  readonly seconds: number;
  /** Of this run, and since the state was last reset. */
  readonly steps: number;
  readonly stepsSinceReset: number;
  readonly outputs: readonly RunOutputView[];
  readonly tensors: RunTensorsView;
}

/** A range of one tensor's values. */
export interface RunTensorView extends RunStats {
  readonly index: number;
  readonly name: string;
  readonly dtype: string;
  readonly shape: string;
  readonly count: number;
  readonly offset: number;
  /** As stored. */
  readonly stored: Float64Array;
  /** What integers stand for; null where the tensor is not quantized. */
  readonly reals: Float32Array | null;
  /** A feature map: its channels side by side. */
  readonly picture: RunPictureView | null;
}
