import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import type { Progress, ReportProgress } from '../../core/ports/progress';
import { answerer, caller, type Answerer } from '../../protocol/connection';
import type { JobNotifications, JobRequests } from '../../protocol/engine';
import { convertFile } from '../convertFile';
import { pauser } from '../pauser';
import { planFile } from '../planFile';
import { pruneFile, quantizeFile, type TransformWatch } from '../transformFile';
import { errorResponse } from './errorResponse';
import { stripFile } from '../stripFile';
import { RunDesk } from './runDesk';

/** Progress is drawn at most this often; the rest would only fill the pipe. */
const PROGRESS_EVERY_MS = 80;

/**
 * Answers job requests over a connection that the caller will `listen` on. One transform runs in one process; one that
 * runs a model stays for its next run.
 */
export function startJob(connection: MessageConnection): void {
  const host = caller<object, JobNotifications>(connection);
  const on = answerer<JobRequests, object>(connection);
  const report = throttled((progress) => host.notify('progress', progress));
  on.onRequest('quantize', (request, token) => answered((watch) => quantizeFile(request, watch), report, token));
  on.onRequest('prune', (request, token) => answered((watch) => pruneFile(request, watch), report, token));
  on.onRequest('convert', (request, token) => answered((watch) => convertFile(request, watch), report, token));
  on.onRequest('plan', (request, token) => answered((watch) => planFile(request, watch), report, token));
  on.onRequest('strip', (request, token) => answered((watch) => stripFile(request, watch), report, token));
  answerRuns(on, report);
}

/** Questions about running a model: the child keeps it loaded between them. */
function answerRuns(on: Answerer<JobRequests, object>, report: ReportProgress): void {
  const desk = new RunDesk();
  const pausing = ({ signal }: TransformWatch) => {
    const pause = pauser(signal);
    return (done: number, of: number) => {
      if (of > 1) report({ step: 'Running', fraction: done / of, detail: `${done} of ${of} steps` });
      return pause();
    };
  };
  on.onRequest('runForm', (request, token) => answered(() => desk.form(request), report, token));
  on.onRequest('run', (request, token) => answered((watch) => desk.run(request, pausing(watch)), report, token));
  on.onRequest('runTensor', (request, token) => answered(() => Promise.resolve(desk.tensor(request)), report, token));
  on.onRequest('runReset', () => {
    desk.reset();
    return null;
  });
  on.onRequest('runExport', ({ output }, token) => answered(() => desk.export(output).then(() => null), report, token));
  on.onRequest('runCompare', ({ reference }, token) =>
    answered((watch) => desk.compare(reference, pausing(watch)), report, token),
  );
}

async function answered<T>(
  work: (watch: TransformWatch) => Promise<T>,
  report: ReportProgress,
  token: CancellationToken,
): Promise<T> {
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
