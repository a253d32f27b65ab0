import type { Model } from '../ir/model';
import { writeOnnx } from './onnx/writeOnnx';
import { writeTflite } from './tflite/writeTflite';

/** The model as a file of its own format. Throws ModelError as the format's writer does. */
export function writeModel(model: Model): Uint8Array {
  return model.format === 'onnx' ? writeOnnx(model) : writeTflite(model);
}
