import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import type { Progress, ReportProgress } from '../../core/ports/progress';
import type { TransformAnswer } from '../../core/answers/transformAnswer';
import { answerer, caller } from '../../protocol/connection';
import type { JobNotifications, JobRequests } from '../../protocol/engine';
import { pruneFile, quantizeFile, type TransformWatch } from '../transformFile';
import { errorResponse } from './errorResponse';

/** Progress is drawn at most this often; the rest would only fill the pipe. */
const PROGRESS_EVERY_MS = 80;

/** Answers job requests over a connection that the caller will `listen` on. One job runs in one process. */
export function startJob(connection: MessageConnection): void {
  const host = caller<object, JobNotifications>(connection);
  const on = answerer<JobRequests, object>(connection);
  const report = throttled((progress) => host.notify('progress', progress));
  on.onRequest('quantize', (request, token) => answered((watch) => quantizeFile(request, watch), report, token));
  on.onRequest('prune', (request, token) => answered((watch) => pruneFile(request, watch), report, token));
}

async function answered(
  work: (watch: TransformWatch) => Promise<TransformAnswer>,
  report: ReportProgress,
  token: CancellationToken,
): Promise<TransformAnswer> {
  const controller = new AbortController();
  const listening = token.onCancellationRequested(() => controller.abort(new Error('The job was cancelled.')));
  if (token.isCancellationRequested) controller.abort(new Error('The job was cancelled.'));
  try {
    return await work({ report, signal: controller.signal });
  } catch (error) {
    throw errorResponse(error);
  } finally {
    listening.dispose();
  }
}

/** Passes on the first of each step, and then one every so often. */
function throttled(report: ReportProgress): ReportProgress {
  let lastStep = '';
  let lastMs = -Infinity;
  return (progress: Progress) => {
    const now = performance.now();
    if (progress.step === lastStep && now - lastMs < PROGRESS_EVERY_MS) return;
    lastStep = progress.step;
    lastMs = now;
    report(progress);
  };
}
