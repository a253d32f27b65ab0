import { basename } from 'node:path';
import { compareRun } from '../core/answers/compareRun';
import type { RunAnswer } from '../core/answers/runAnswer';
import { exportedTensors, runAnswer } from '../core/answers/runModel';
import { writeNpz } from '../core/datasets/writeNpz';
import type { ModelFile } from '../protocol/engine';
import type { RunParameters } from '../protocol/run';
import { assertNotSameFile, assertWritable, writeAtomically } from './atomicWrite';
import { pauser } from './pauser';
import { loadRun, openModelFile, readArchive, readInputs } from './runFile';

export interface RunFileRequest extends RunParameters {
  readonly file: ModelFile;
  /** Where to write the tensors; null for nowhere. */
  readonly output: string | null;
  /** An archive of another run to compare with; null for none. */
  readonly against: string | null;
  /** Null: integers equal, floats within 1e-4 of the range. */
  readonly tolerance: number | null;
}

/** Runs a model file once: `tinyml run`. Throws ModelError, or the signal's reason. */
export async function runModelFile(request: RunFileRequest, signal: AbortSignal): Promise<RunAnswer> {
  const { output, against, steps } = request;
  if (output !== null) {
    await assertNotSameFile(request.file.path, output);
    await assertWritable(output);
  }
  const other = against === null ? null : readArchive(against);
  // To name the operator where two runs part, what every operator makes is needed.
  const run = await loadRun(await openModelFile(request.file), {
    ...request,
    observe: request.observe || other !== null,
  });
  try {
    const { sources, notes } = readInputs(run, request.inputs, request, steps);
    const record = await run.run(sources, steps, pauser(signal));
    const comparison = other && compareRun(run, record, other, request.tolerance, basename(against ?? ''));
    const kept = request.observe
      ? record
      : { ...record, tensors: record.tensors.filter((each) => each.node === null || each.isOutput) };
    if (output !== null) await writeAtomically(output, writeNpz(exportedTensors(run, kept)), signal);
    return runAnswer(run, record, request, comparison, notes);
  } finally {
    await run.dispose();
  }
}
