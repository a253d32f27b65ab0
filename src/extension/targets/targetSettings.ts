import { ConfigurationTarget, l10n, window, workspace } from 'vscode';
import type { Uri } from 'vscode';
import type { RuntimeId } from '../../core/targets/runtime';
import { givenTarget } from './targetFiles';

const RUNTIMES: readonly RuntimeId[] = ['tflm', 'tflm-cmsis-nn', 'tflm-esp-nn', 'tinyengine', 'c', 'onnxruntime'];

/**
 * The board and runtime that a model is seen against: what a `tinyml.json` says, else resource-scoped settings, so that
 * folders can differ.
 */
export interface Target {
  /** Null until one is picked. */
  readonly board: string | null;
  readonly runtime: RuntimeId;
}

export function targetOf(resource: Uri | undefined): Target {
  const settings = workspace.getConfiguration('tinyml', resource ?? null);
  const board = settings.get<string>('board', '').trim();
  const runtime = settings.get<string>('runtime', 'tflm');
  const given = resource ? givenTarget(resource) : null;
  return {
    board: given?.board ?? (board === '' ? null : board),
    runtime: given?.runtime ?? RUNTIMES.find((id) => id === runtime) ?? 'tflm',
  };
}

/** Writes where the user would look for it: the workspace when there is one, else the user's own settings. */
async function write(resource: Uri | undefined, key: 'board' | 'runtime', value: string): Promise<void> {
  const inWorkspace = workspace.workspaceFolders !== undefined;
  const settings = workspace.getConfiguration('tinyml', resource ?? null);
  await settings.update(key, value, inWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global);
  const given = resource && givenTarget(resource);
  if (given && given[key] !== null && given[key] !== value) void sayWhoDecides(given.file, key);
}

/** The setting is written and changes nothing for this model. */
async function sayWhoDecides(file: Uri, key: 'board' | 'runtime'): Promise<void> {
  const name = workspace.asRelativePath(file);
  const message =
    key === 'board'
      ? l10n.t('{0} decides the board of this model: the setting is for others.', name)
      : l10n.t('{0} decides the runtime of this model: the setting is for others.', name);
  const open = l10n.t('Open {0}', name);
  if ((await window.showInformationMessage(message, open)) === open) await window.showTextDocument(file);
}

export function setBoard(resource: Uri | undefined, board: string): Promise<void> {
  return write(resource, 'board', board);
}

export function setRuntime(resource: Uri | undefined, runtime: RuntimeId): Promise<void> {
  return write(resource, 'runtime', runtime);
}
