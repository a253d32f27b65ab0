import type { PixelScale } from '../core/datasets/picture';
import type { RunComparison } from '../core/answers/runAnswer';
import type { ExecutorId } from '../core/transforms/run/modelSession';
import type { RunFormView, RunTensorView, RunView } from './views';

/** Contract of running a model: between the extension host and the child that runs it, and the webview that asks. */

/** Where the values of inputs come from. */
export type RunInputSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'seed'; readonly seed: number }
  /** Every element the same: a real number where the input is quantized. */
  | { readonly kind: 'constant'; readonly value: number };

export interface RunInput {
  /** Null for an archive that names its arrays, or for the only input. */
  readonly name: string | null;
  readonly source: RunInputSource;
}

/** How a model is entered and run; a change of it loads the model anew. */
export interface RunOptions {
  /** Null chooses: integer models run on the integer engine, others on ONNX Runtime. */
  readonly executor: ExecutorId | null;
  readonly signature: string | null;
  /** Free dimensions by input or symbol. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Keep what every operator makes. */
  readonly observe: boolean;
}

export interface RunParameters extends RunOptions {
  readonly inputs: readonly RunInput[];
  /** What pictures and bytes are scaled to. */
  readonly scale: PixelScale;
  /** Hertz that sounds are resampled to; null takes them as they were recorded. */
  readonly soundRate: number | null;
  readonly steps: number;
}

export interface RunFormRequest {
  readonly signature: string | null;
  readonly shapes: RunOptions['shapes'];
}

export interface RunTensorRequest {
  readonly index: number;
  readonly offset: number;
  readonly length: number;
}

/** Another run: of an archive that one was exported to, or the same inputs on another executor. */
export type RunReference =
  { readonly kind: 'file'; readonly path: string } | { readonly kind: 'executor'; readonly executor: ExecutorId };

/** What the child that keeps one model loaded answers; all but the first two are about its last run. */
export interface RunRequests<File extends object> {
  runForm: { params: RunFormRequest & File; result: RunFormView };
  run: { params: RunParameters & File; result: RunView };
  runTensor: { params: RunTensorRequest; result: RunTensorView };
  /** Puts the model's state back to its beginning. */
  runReset: { params: null; result: null };
}

/** What reads or writes files besides: the host asks the user which. */
export interface RunFileRequests {
  runExport: { params: { readonly output: string }; result: null };
  runCompare: { params: { readonly reference: RunReference }; result: RunComparison };
}
