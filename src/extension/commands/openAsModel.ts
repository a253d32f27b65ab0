import { commands, l10n, window } from 'vscode';
import type { Uri } from 'vscode';
import { MODEL_VIEWER } from '../editors/modelEditorProvider';
import type { Workbench } from '../workbench';

/** Shows a file that another editor owns (C source, .bin, .h5) as the model that it holds. */
export async function openAsModel(_workbench: Workbench, clicked?: Uri): Promise<void> {
  const file = clicked ?? window.activeTextEditor?.document.uri ?? (await browse());
  if (file) await commands.executeCommand('vscode.openWith', file, MODEL_VIEWER);
}

async function browse(): Promise<Uri | undefined> {
  const [picked] = (await window.showOpenDialog({ title: l10n.t('File that holds a model') })) ?? [];
  return picked;
}
