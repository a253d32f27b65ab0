import { basename } from 'node:path';
import { planModel, type PlanAnswer } from '../core/answers/planModel';
import { readModel } from '../core/formats/readModel';
import { ModelError } from '../core/ir/errors';
import { boardById } from '../core/targets/boards';
import { runtimeById } from '../core/targets/runtimes';
import type { PlanRequest } from '../protocol/engine';
import { assertNotSameFile, assertWritable, writeAtomically } from './atomicWrite';
import { FileByteSource } from './fileByteSource';
import type { TransformWatch } from './transformFile';

/** Writes a model with a memory plan of its own. Throws ModelError, or the signal's reason. */
export async function planFile(request: PlanRequest, { report, signal }: TransformWatch): Promise<PlanAnswer> {
  const { file, output, board } = request;
  await assertNotSameFile(file.path, output);
  await assertWritable(output);
  const model = readModel(new FileByteSource(file.path, file.name));
  if (model.readOnly !== undefined) throw new ModelError('read-only', model.readOnly);
  report({ step: 'Planning', fraction: null });
  const runtimes = request.runtimes.map((id) => runtimeById(id)!);
  const planned = planModel(model, runtimes, board === null ? null : boardById(board));
  // Planning holds the thread: a cancel that came meanwhile is heard here.
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
  report({ step: 'Writing', fraction: 0.98, detail: basename(output) });
  await writeAtomically(output, planned.file, signal);
  return { ...planned.answer, source: file.path, output };
}
