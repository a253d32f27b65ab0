import type { InspectAnswer } from '../../../src/core/answers/inspectAnswer';

const formats: Readonly<Record<InspectAnswer['format'], string>> = {
  tflite: 'TensorFlow Lite',
  onnx: 'ONNX',
  keras: 'Keras',
  gguf: 'GGUF',
  safetensors: 'safetensors',
};

export function formatName(inspect: InspectAnswer): string {
  return formats[inspect.format];
}

/** "TensorFlow Lite, schema 3, by MLIR Converted." */
export function describeFormat(inspect: InspectAnswer): string {
  const version = inspect.formatVersion === '' ? formatName(inspect) : inspect.formatVersion;
  return inspect.producer === '' ? version : `${version}, by ${inspect.producer}`;
}
