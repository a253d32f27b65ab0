import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CancellationError } from 'vscode';
import type { CancellationToken } from 'vscode';
import type { Progress } from '../../core/ports/progress';
import type { JobNotifications, JobRequests } from '../../protocol/engine';
import { EngineProcess } from './engineProcess';
import type { EngineOptions } from './engineProcess';

/** A busy child hears nothing: after this long a cancelled job is killed. */
const KILL_AFTER_MS = 150;

type JobName = keyof JobRequests;

interface Job<M extends JobName> {
  readonly name: M;
  readonly params: JobRequests[M]['params'];
  /** Where the job writes: its leftovers are beside it. */
  readonly output: string;
  readonly onProgress: (progress: Progress) => void;
  readonly token: CancellationToken;
}

/**
 * Runs one job in a child of its own. Rejects with CancellationError when cancelled, else with what the child said. On
 * any ending but success the temporary files of the output are removed here, because a killed child cannot.
 */
export async function runJob<M extends JobName>(engine: EngineOptions, job: Job<M>): Promise<JobRequests[M]['result']> {
  const child = new EngineProcess<JobRequests, object, JobNotifications>(engine);
  child.onNotification('progress', job.onProgress);
  let killer: NodeJS.Timeout | undefined;
  const cancelled = job.token.onCancellationRequested(() => {
    killer = setTimeout(() => child.kill(), KILL_AFTER_MS);
  });
  try {
    return await child.request(job.name, job.params, job.token);
  } catch (error) {
    await removeTemporaries(job.output);
    throw job.token.isCancellationRequested ? new CancellationError() : error;
  } finally {
    clearTimeout(killer);
    cancelled.dispose();
    child.dispose();
  }
}

/** Removes `.<name>.tinyml-*.tmp` beside the output: what the writer of `output` may have left. */
async function removeTemporaries(output: string): Promise<void> {
  const folder = dirname(output);
  const prefix = `.${basename(output)}.tinyml-`;
  const names = await readdir(folder).catch(() => []);
  const left = names.filter((name) => name.startsWith(prefix) && name.endsWith('.tmp'));
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
}
