import { ModelError } from '../ir/errors';
import type { Model } from '../ir/model';
import type { ByteSource } from '../ports/byteSource';
import type { Format } from './format';
import { onnxFormat } from './onnx/onnxFormat';
import { strangeFileError } from './strangeFile';
import { tfliteFormat } from './tflite/tfliteFormat';

/** TFLite first: its identifier is certain, ONNX is told by its structure. */
const formats: readonly Format[] = [tfliteFormat, onnxFormat];

/** The format of a file: by its first bytes, else by its extension; null when neither says. */
export function detectFormat(source: ByteSource): Format | null {
  return formats.find((format) => format.matches(source)) ?? formatOfName(source.name);
}

/**
 * A model file as IR, whatever its name. Throws ModelError with one sentence that names the file and, where there is
 * one, the remedy: `empty`, `lfs-pointer`, `not-a-model`, and what the format's reader throws.
 */
export function readModel(source: ByteSource): Model {
  const byName = formatOfName(source.name);
  const bySignature = formats.find((format) => format.matches(source));
  if (bySignature) {
    const model = bySignature.read(source);
    return byName && byName !== bySignature
      ? { ...model, notes: [mislabelled(source, bySignature), ...model.notes] }
      : model;
  }
  const strange = strangeFileError(source, byName ? titles[byName.id] : 'TensorFlow Lite or ONNX');
  if (!byName || strange.reason !== 'not-a-model') throw strange;
  try {
    return byName.read(source);
  } catch (error) {
    throw error instanceof ModelError && error.reason === 'gone' ? error : strange;
  }
}

const titles: Readonly<Record<Format['id'], string>> = { tflite: 'TensorFlow Lite', onnx: 'ONNX' };

function mislabelled(source: ByteSource, format: Format): string {
  return `${source.name} holds ${format.id === 'onnx' ? 'an' : 'a'} ${titles[format.id]} model, whatever its name says.`;
}

function formatOfName(name: string): Format | null {
  const lower = name.toLowerCase();
  return formats.find((format) => format.extensions.some((extension) => lower.endsWith(extension))) ?? null;
}
