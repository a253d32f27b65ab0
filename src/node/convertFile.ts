import { basename } from 'node:path';
import { convertModel, convertsTo, type ConvertAnswer } from '../core/answers/convertModel';
import { readModel } from '../core/formats/readModel';
import { ModelError } from '../core/ir/errors';
import type { ConvertRequest } from '../protocol/engine';
import { assertNotSameFile, assertWritable, writeAtomically } from './atomicWrite';
import { FileByteSource } from './fileByteSource';
import type { TransformWatch } from './transformFile';

/** Converts a model file into a file of the other format. Throws ModelError, or the signal's reason. */
export async function convertFile(request: ConvertRequest, { report, signal }: TransformWatch): Promise<ConvertAnswer> {
  const { file, output } = request;
  await assertNotSameFile(file.path, output);
  await assertWritable(output);
  const source = new FileByteSource(file.path, file.name);
  const model = readModel(source);
  if (model.readOnly !== undefined) throw new ModelError('read-only', model.readOnly);
  refuseOtherSuffix(output, convertsTo(model.format));
  report({ step: 'Converting', fraction: null });
  const converted = convertModel(model, source, { shapes: request.shapes ?? {}, layout: request.layout ?? 'file' });
  // The conversion holds the thread: a cancel that came meanwhile is heard here.
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
  report({ step: 'Writing', fraction: 0.98, detail: basename(output) });
  await writeAtomically(output, converted.file, signal);
  return { ...converted.answer, source: file.path, output };
}

/** A file whose name says the format that it does not hold would be opened as that. */
function refuseOtherSuffix(output: string, format: 'onnx' | 'tflite'): void {
  if (output.toLowerCase().endsWith(`.${format}`)) return;
  const title = format === 'onnx' ? 'an ONNX' : 'a TFLite';
  throw new ModelError(
    'bad-data',
    `The result is ${title} model: the name of ${basename(output)} must end in .${format}.`,
  );
}
