import { ModelError } from '../ir/errors';
import type { Model } from '../ir/model';
import type { ByteSource } from '../ports/byteSource';
import { cArrayFormat } from './cArray/cArrayFormat';
import type { Format, ReaderPorts } from './format';
import { ggufFormat } from './gguf/ggufFormat';
import { kerasFormat } from './keras/kerasFormat';
import { onnxFormat } from './onnx/onnxFormat';
import { safetensorsFormat } from './safetensors/safetensorsFormat';
import { strangeFileError } from './strangeFile';
import { tfliteFormat } from './tflite/tfliteFormat';

/** Certain signatures first; ONNX is told by its structure, C source by its name alone. */
const formats: readonly Format[] = [tfliteFormat, ggufFormat, kerasFormat, safetensorsFormat, onnxFormat, cArrayFormat];

/** The format of a file: by its first bytes, else by its extension; null when neither says. */
export function detectFormat(source: ByteSource): Format | null {
  return formats.find((format) => format.matches(source)) ?? formatOfName(source.name);
}

/**
 * A model file as IR, whatever its name. Throws ModelError with one sentence that names the file and, where there is
 * one, the remedy: `empty`, `lfs-pointer`, `not-a-model`, `read-only` for Keras files without the HDF5 port, and what
 * the format's reader throws.
 */
export function readModel(source: ByteSource, ports: ReaderPorts = {}): Model {
  const byName = formatOfName(source.name);
  const bySignature = formats.find((format) => format.matches(source));
  if (bySignature) {
    const model = modelOf(bySignature, source, ports);
    return byName && byName !== bySignature
      ? { ...model, notes: [mislabelled(source, bySignature), ...model.notes] }
      : model;
  }
  const strange = strangeFileError(source, byName ? titles[byName.id] : 'TensorFlow Lite or ONNX');
  if (!byName || strange.reason !== 'not-a-model') throw strange;
  if (byName.byNameOnly) return modelOf(byName, source, ports);
  try {
    return modelOf(byName, source, ports);
  } catch (error) {
    throw error instanceof ModelError && error.reason === 'gone' ? error : strange;
  }
}

function modelOf(format: Format, source: ByteSource, ports: ReaderPorts): Model {
  const model = format.read(source, ports);
  return format.readOnly === undefined
    ? model
    : { ...model, readOnly: `${source.name} opens for reading only: ${format.readOnly}.` };
}

const titles: Readonly<Record<Format['id'], string>> = {
  tflite: 'TensorFlow Lite',
  onnx: 'ONNX',
  keras: 'Keras',
  gguf: 'GGUF',
  safetensors: 'safetensors',
  'c-array': 'C source',
};

function mislabelled(source: ByteSource, format: Format): string {
  return `${source.name} holds ${format.id === 'onnx' ? 'an' : 'a'} ${titles[format.id]} model, whatever its name says.`;
}

function formatOfName(name: string): Format | null {
  const lower = name.toLowerCase();
  return formats.find((format) => format.extensions.some((extension) => lower.endsWith(extension))) ?? null;
}
