import { ModelError } from '../../ir/errors';
import type { FileUse, Model } from '../../ir/model';
import type { ByteSource } from '../../ports/byteSource';
import type { Format } from '../format';
import { tfliteFileUse } from './fileUse';
import { readTflite } from './readTflite';

/** File identifier of schema version 3, at byte 4. */
const identifier = 'TFL3';

/** TensorFlow Lite, now LiteRT: a flatbuffer. */
export const tfliteFormat: Format = {
  id: 'tflite',
  extensions: ['.tflite', '.lite'],
  matches: hasIdentifier,
  read(source: ByteSource): Model {
    if (hasIdentifier(source)) return { ...readTflite(source), fileUse: measuredOnce(source) };
    try {
      const model = { ...readTflite(source), fileUse: measuredOnce(source) };
      return {
        ...model,
        notes: ['The file does not carry the identifier TFL3; some runtimes refuse it.', ...model.notes],
      };
    } catch (error) {
      if (!(error instanceof ModelError) || error.reason === 'gone') throw error;
      throw new ModelError(
        'not-a-model',
        `${source.name} is not a TensorFlow Lite model: it lacks the identifier TFL3.`,
      );
    }
  },
};

/** Reads the tables of a large model again, so not before it is asked for, and once. */
function measuredOnce(source: ByteSource): () => readonly FileUse[] {
  let measured: readonly FileUse[] | null = null;
  return () => (measured ??= tfliteFileUse(source));
}

function hasIdentifier(source: ByteSource): boolean {
  if (source.size < 8) return false;
  const bytes = source.read(4, identifier.length);
  return identifier === String.fromCharCode(...bytes);
}
