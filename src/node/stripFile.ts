import { basename } from 'node:path';
import { strip, type StripAnswer } from '../core/answers/stripModel';
import { readModel } from '../core/formats/readModel';
import { ModelError } from '../core/ir/errors';
import type { StripRequest } from '../protocol/engine';
import { assertNotSameFile, assertWritable, writeAtomically } from './atomicWrite';
import { FileByteSource } from './fileByteSource';
import type { TransformWatch } from './transformFile';

/** Writes a model without what its runtime never reads. Throws ModelError, or the signal's reason. */
export async function stripFile(request: StripRequest, { report, signal }: TransformWatch): Promise<StripAnswer> {
  const { file, output, level } = request;
  await assertNotSameFile(file.path, output);
  await assertWritable(output);
  const model = readModel(new FileByteSource(file.path, file.name));
  if (model.readOnly !== undefined) throw new ModelError('read-only', model.readOnly);
  report({ step: 'Stripping', fraction: null });
  const stripped = strip(model, level);
  // Writing and running hold the thread: a cancel that came meanwhile is heard here.
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
  report({ step: 'Writing', fraction: 0.98, detail: basename(output) });
  await writeAtomically(output, stripped.file, signal);
  return { ...stripped.answer, source: file.path, output };
}
