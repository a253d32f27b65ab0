import { ModelError } from '../ir/errors';
import type { Model } from '../ir/model';
import { writeOnnx } from './onnx/writeOnnx';
import { writeTflite } from './tflite/writeTflite';

/** The model as a file of its own format. Throws ModelError `read-only`, and as the format's writer does. */
export function writeModel(model: Model): Uint8Array {
  switch (model.format) {
    case 'onnx':
      return writeOnnx(model);
    case 'tflite':
      return writeTflite(model);
    default:
      throw new ModelError('read-only', model.readOnly ?? 'Files of this format are not written.');
  }
}
