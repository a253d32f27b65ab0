import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { TensorValue } from '../../src/core/ports/executor';

const VIEWS: Readonly<Record<string, (bytes: Uint8Array) => Tensor['data']>> = {
  float32: (bytes) => new Float32Array(bytes.slice().buffer),
  int64: (bytes) => new BigInt64Array(bytes.slice().buffer),
  int32: (bytes) => new Int32Array(bytes.slice().buffer),
  int16: (bytes) => new Int16Array(bytes.slice().buffer),
  int8: (bytes) => new Int8Array(bytes.slice().buffer),
  uint8: (bytes) => bytes,
  bool: (bytes) => bytes,
};

/**
 * Runs ONNX bytes operator by operator as they are written. ONNX Runtime's own optimizations would join quantized
 * operators into kernels whose sums saturate at 16 bits on processors without VNNI: that is no statement of the file.
 * Gives the outputs in order, or the message of the error.
 */
export async function runPlainly(
  onnx: Uint8Array,
  inputs: readonly (TensorValue & { readonly name: string })[],
): Promise<TensorValue[] | string> {
  try {
    const session = await InferenceSession.create(onnx, {
      graphOptimizationLevel: 'disabled',
      intraOpNumThreads: 1,
      logSeverityLevel: 4,
    });
    const feeds = inputs.map(({ name, dtype, shape, data }): [string, Tensor] => {
      const bytes = Uint8Array.from(data);
      return [name, new Tensor(dtype as Tensor.Type, VIEWS[dtype]!(bytes), shape)];
    });
    const results = await session.run(Object.fromEntries(feeds));
    const values = session.outputNames.map((name): TensorValue => {
      const { type, dims, data } = results[name]!;
      const view = data as Float32Array;
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
      return { dtype: type, shape: dims, data: bytes };
    });
    await session.release();
    return values;
  } catch (error) {
    return (error as Error).message;
  }
}
