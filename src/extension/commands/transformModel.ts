import type { Uri } from 'vscode';
import { ProgressLocation, l10n, window } from 'vscode';
import type { TransformAnswer } from '../../core/answers/transformAnswer';
import type { Progress } from '../../core/ports/progress';
import type { JobRequests, TransformRequests, WritingRequests } from '../../protocol/engine';
import { showFailure } from '../failures';
import { runJob } from '../engine/runJob';
import type { Workbench } from '../workbench';

/**
 * Runs a transform of `model` with a cancellable progress, then shows its report. Failures are said, not thrown: other
 * files of the same selection go on.
 */
export async function transformModel<M extends keyof TransformRequests>(
  workbench: Workbench,
  name: M,
  title: string,
  params: TransformRequests[M]['params'] & { readonly output: string },
): Promise<TransformAnswer | undefined> {
  try {
    const answer = await runWithProgress(workbench, name, title, params);
    await workbench.reports.show(answer);
    return answer;
  } catch (error) {
    await showFailure(error);
    return undefined;
  }
}

/** Runs a job that writes a file, with a cancellable progress. Rejects as `runJob` does. */
export function runWithProgress<M extends keyof WritingRequests>(
  workbench: Workbench,
  name: M,
  title: string,
  params: JobRequests[M]['params'] & { readonly output: string },
): Promise<JobRequests[M]['result']> {
  return Promise.resolve(
    window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, (progress, token) => {
      let shown = 0;
      const onProgress = ({ step, fraction, detail }: Progress): void => {
        const percent = fraction === null ? shown : Math.max(shown, fraction * 100);
        progress.report({ message: detail ? `${step}, ${detail}` : step, increment: percent - shown });
        shown = percent;
      };
      return runJob(workbench.jobEngine, { name, params, output: params.output, onProgress, token });
    }),
  );
}

/** Transforms read and write real files: a model in a git revision or on a virtual file system cannot be one. */
export function isOnDisk(model: Uri): boolean {
  if (model.scheme === 'file') return true;
  void window.showInformationMessage(
    l10n.t('Save the model to a folder on disk first: the result is written beside it.'),
  );
  return false;
}
