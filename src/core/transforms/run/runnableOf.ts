import type { Model } from '../../ir/model';
import type { TensorId } from '../../ir/tensor';
import type { ByteSource } from '../../ports/byteSource';
import type { Runnable } from './runnable';
import { runnableOnnx } from './runnableOnnx';
import { runnableTflite } from './runnableTflite';

/** What runs a model: an ONNX file itself, a TFLite one lowered. Shapes must be inferred. */
export function runnableOf(model: Model, source: ByteSource, observe: readonly TensorId[] = []): Runnable {
  return model.format === 'onnx' ? runnableOnnx(model, source, observe) : runnableTflite(model, observe);
}
