export type RuntimeId = 'tflm' | 'tflm-cmsis-nn' | 'tflm-esp-nn' | 'tinyengine' | 'c' | 'onnxruntime';

/** What runs the model on the board: decides arena, scratch and latency. */
export interface Runtime {
  readonly id: RuntimeId;
  readonly name: string;
  /** The version whose rules we model. */
  readonly version: string;
}
