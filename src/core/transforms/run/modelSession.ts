import type { DType } from '../../ir/dtype';
import type { Quantization } from '../../ir/quantization';
import type { TensorId } from '../../ir/tensor';
import type { TensorValue } from '../../ports/executor';

/** `integer`: TensorFlow Lite Micro's arithmetic, bit for bit. `onnxruntime`: everything else. */
export type ExecutorId = 'integer' | 'onnxruntime';

export const EXECUTORS: readonly ExecutorId[] = ['integer', 'onnxruntime'];

/** An input or output of a model as its file has it: shapes are static, integers are the stored ones. */
export interface RunPort {
  readonly tensor: TensorId;
  /** The signature's name where one was chosen, else the tensor's. */
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly quantization: Quantization | null;
  readonly layout: 'NHWC' | 'NCHW';
}

/** What one inference gave, in the element types of the file. */
export interface RunValues {
  readonly outputs: readonly TensorValue[];
  /** Tensors between the operators that were asked for, by id; in the file's layout. */
  readonly observed: ReadonlyMap<TensorId, TensorValue>;
}

/** A model ready to run on one executor. State is kept from run to run until `reset`. */
export interface ModelSession {
  readonly executor: ExecutorId;
  readonly inputs: readonly RunPort[];
  readonly outputs: readonly RunPort[];
  readonly isStateful: boolean;
  /** Values by position. Throws ModelError `bad-data` where a shape or type does not fit. */
  run(inputs: readonly TensorValue[]): Promise<RunValues>;
  reset(): void;
  dispose(): Promise<void>;
}
