import type { DType } from '../ir/dtype';

/** A tensor value in memory: little-endian bytes, row-major. */
export interface TensorValue {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export type NamedValues = Readonly<Record<string, TensorValue>>;

/** A loaded model, ready to run. Not thread-safe; `dispose` frees native memory. */
export interface ExecutorSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs once. Returns every output, or those named. Throws ModelError `bad-data` on a wrong shape or type. */
  run(inputs: NamedValues, outputs?: readonly string[]): Promise<NamedValues>;
  dispose(): Promise<void>;
}

/** A session whose model keeps state from run to run (variable tensors, resource variables). */
export interface StatefulSession extends ExecutorSession {
  /** Puts the state back to what a runtime's Reset leaves: TFLM fills variables with their zero points. */
  reset(): void;
}

/** Something that runs ONNX bytes: onnxruntime-node in a child process; later, others. */
export interface Executor {
  readonly id: 'onnxruntime';
  /**
   * `exactSums` keeps sums of int8 products from saturating at 16 bits, where the processor's fast instructions would. It
   * asks for a zero point on every DequantizeLinear of weights.
   */
  load(onnx: Uint8Array, exactSums?: boolean): Promise<ExecutorSession>;
}
