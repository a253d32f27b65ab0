import { CancellationError, env, extensions, l10n, version as vscodeVersion, window } from 'vscode';
import type { ErrorData } from '../protocol/engine';
import { log } from './log';

export const EXTENSION_ID = 'tinyml-workbench.tinyml-workbench';

/** An error as a person should read it: one sentence, its reason for code, and the nodes or files concerned. */
export interface Failure {
  readonly message: string;
  readonly reason: string;
  readonly details: readonly string[];
}

function isErrorData(data: unknown): data is ErrorData {
  return typeof data === 'object' && data !== null && 'reason' in data && 'details' in data;
}

/** Reads what a rejected engine request, or any thrown value, says. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error), reason: 'unknown', details: [] };
  const data = 'data' in error ? error.data : undefined;
  if (isErrorData(data)) return { message: error.message, reason: data.reason, details: data.details };
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : 'unknown';
  return { message: error.message, reason, details: [] };
}

let lastFailure: Failure | undefined;

/**
 * Says what went wrong, with the log and a report at hand. Cancelling is not a failure. `operators` names the kinds in
 * the model at hand, so that a report is of use without weights or data.
 */
export async function showFailure(error: unknown, operators: readonly string[] = []): Promise<void> {
  if (error instanceof CancellationError) return;
  const failure = failureOf(error);
  lastFailure = failure;
  log().error(failure.message, ...failure.details);
  const showLog = l10n.t('Show Log');
  const copyReport = l10n.t('Copy Report');
  const listDetails = l10n.t('Show Details');
  const actions = failure.details.length > 0 ? [listDetails, showLog, copyReport] : [showLog, copyReport];
  const choice = await window.showErrorMessage(failure.message, ...actions);
  if (choice === listDetails) await showDetails(failure);
  if (choice === showLog) log().show();
  if (choice === copyReport) await copyFailureReport(operators);
}

/** The nodes or files concerned, one a row, to be searched; a row that is picked is copied. */
async function showDetails({ message, details }: Failure): Promise<void> {
  const items = details.map((detail) => {
    const [label = '', reason] = detail.split(/: (.*)/s);
    return reason === undefined ? { label: detail, text: detail } : { label, detail: reason, text: detail };
  });
  const picked = await window.showQuickPick(items, {
    title: message,
    placeHolder: l10n.t('Enter copies a line'),
    matchOnDetail: true,
  });
  if (picked) await env.clipboard.writeText(picked.text);
}

/** Versions, the last failure and operator names: no weights, no data, no paths of the user's. */
export async function copyFailureReport(operators: readonly string[]): Promise<void> {
  const manifest = extensions.getExtension(EXTENSION_ID)?.packageJSON as { version?: string } | undefined;
  const lines = [
    `TinyML Workbench ${manifest?.version ?? 'unknown'}`,
    `${env.appName} ${vscodeVersion}`,
    `${process.platform} ${process.arch}, Node ${process.versions.node}`,
    ...(lastFailure ? [`Last failure (${lastFailure.reason}): ${lastFailure.message}`, ...lastFailure.details] : []),
    ...(operators.length > 0 ? [`Operators: ${operators.join(', ')}`] : []),
  ];
  await env.clipboard.writeText(lines.join('\n'));
  void window.setStatusBarMessage(l10n.t('Report copied: versions and operators, no weights and no data'), 4000);
}
