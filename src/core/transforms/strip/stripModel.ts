import { bareTfliteModel, type StripLevel } from '../../formats/tflite/bareModel';
import { dispatchOperator } from '../../formats/tflite/dispatchBytecode';
import { ModelError } from '../../ir/errors';
import type { Model } from '../../ir/model';
import { OFFLINE_PLAN } from '../../memory/tflm/offlinePlan';
import { dropUnusedTensors } from './dropUnusedTensors';
import { shareConstants } from './shareConstants';

/** Metadata that refers to tensors and buffers by number (tflite-micro, micro/compression.h). */
const COMPRESSION = 'COMPRESSION_METADATA';

/**
 * A TFLite model without what its runtime never reads: see `bareTfliteModel`; unused tensors and all metadata but a
 * memory plan go too, and equal constants are kept once. Throws ModelError `bad-data` for another format, and
 * `unsupported-operator` for a compressed model or one compiled for an NPU.
 */
export function stripModel(model: Model, level: StripLevel): Model {
  if (model.format !== 'tflite') {
    throw new ModelError('bad-data', 'Only .tflite models are stripped: convert this one first.');
  }
  if (model.metadata.some(({ name }) => name === COMPRESSION)) {
    throw new ModelError(
      'unsupported-operator',
      'The model is compressed for TFLM: its tables name tensors by number, so it is left as it is. Strip it first.',
    );
  }
  if (model.graphs.some(({ nodes }) => nodes.some(({ source }) => source.op === dispatchOperator))) {
    throw new ModelError(
      'unsupported-operator',
      'The model holds code compiled for an NPU, whose operators say where it lies: it is left as it is.',
    );
  }
  const bare = bareTfliteModel(model, level);
  const metadata = bare.metadata.filter(({ name, isAttached }) => name === OFFLINE_PLAN && !isAttached);
  return shareConstants(dropUnusedTensors({ ...bare, metadata }));
}
