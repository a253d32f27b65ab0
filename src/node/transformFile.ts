import { basename } from 'node:path';
import type { TransformAnswer } from '../core/answers/transformAnswer';
import { readModel } from '../core/formats/readModel';
import { ModelError } from '../core/ir/errors';
import type { ReportProgress } from '../core/ports/progress';
import { runtimeById, runtimes } from '../core/targets/runtimes';
import { pruneModel } from '../core/answers/pruneModel';
import { quantizeModel } from '../core/answers/quantizeModel';
import type { OpenData, TransformJob, TransformResult } from '../core/answers/transformJob';
import type { PruneRequest, QuantizeRequest } from '../protocol/engine';
import { assertNotSameFile, assertWritable, writeAtomically } from './atomicWrite';
import { DataFolder } from './dataFolder';
import { FileByteSource } from './fileByteSource';
import { onnxruntimeExecutor } from './onnxruntimeExecutor';
import { pauser } from './pauser';

/** How somebody who waits for a transform hears of it and stops it. */
export interface TransformWatch {
  readonly report: ReportProgress;
  /** Aborting stops the work between two samples, and before the output is put in place. */
  readonly signal: AbortSignal;
}

/** Quantizes a model file into another file. Throws ModelError, or the signal's reason. */
export function quantizeFile(request: QuantizeRequest, watch: TransformWatch): Promise<TransformAnswer> {
  return transformFile(request, watch, (job) => quantizeModel(job, dataOpener(request.data, request), request.ranges));
}

/** Prunes a model file into another file. Throws ModelError, or the signal's reason. */
export function pruneFile(request: PruneRequest, watch: TransformWatch): Promise<TransformAnswer> {
  const openData = request.data === null ? null : dataOpener(request.data, request);
  return transformFile(request, watch, (job) => pruneModel(job, openData, request.amount));
}

type Request = QuantizeRequest | PruneRequest;

function dataOpener(data: string, { scale = '0..1', limit }: Request): OpenData {
  return (inputs) => DataFolder.open(data, { inputs, scale, limit });
}

async function transformFile(
  request: Request,
  { report, signal }: TransformWatch,
  transform: (job: TransformJob) => Promise<TransformResult>,
): Promise<TransformAnswer> {
  const started = performance.now();
  // Found out before minutes of work, not after.
  await assertNotSameFile(request.file.path, request.output);
  await assertWritable(request.output);
  const source = new FileByteSource(request.file.path, request.file.name);
  const model = readModel(source);
  if (model.readOnly !== undefined) throw new ModelError('read-only', model.readOnly);
  const job: TransformJob = {
    model,
    source,
    executor: onnxruntimeExecutor(),
    runtime: runtimeById(request.runtime) ?? runtimes[0]!,
    report,
    pause: pauser(signal),
  };
  const { file, answer } = await transform(job);
  report({ step: 'Writing', fraction: 0.98, detail: basename(request.output) });
  await job.pause();
  await writeAtomically(request.output, file, signal);
  return {
    ...answer,
    source: request.file.path,
    output: request.output,
    data: request.data,
    seconds: (performance.now() - started) / 1000,
  };
}
