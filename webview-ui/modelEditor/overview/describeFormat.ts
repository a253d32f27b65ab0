import type { InspectAnswer } from '../../../src/core/answers/inspectAnswer';

const formats: Readonly<Record<string, string>> = { tflite: 'TensorFlow Lite', onnx: 'ONNX' };

export function formatName(inspect: InspectAnswer): string {
  return formats[inspect.format] ?? inspect.format;
}

/** "TensorFlow Lite, schema 3, by MLIR Converted." */
export function describeFormat(inspect: InspectAnswer): string {
  const version =
    inspect.formatVersion === '' ? '' : `, ${inspect.format === 'tflite' ? 'schema' : 'IR'} ${bare(inspect)}`;
  const producer = inspect.producer === '' ? '' : `, by ${inspect.producer}`;
  return `${formatName(inspect)}${version}${producer}`;
}

/** A reader may already say "schema 3". */
function bare(inspect: InspectAnswer): string {
  return inspect.formatVersion.replace(/^(schema|IR)( version)? /i, '');
}
