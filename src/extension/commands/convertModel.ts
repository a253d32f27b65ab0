import { commands, l10n, window, workspace } from 'vscode';
import type { Uri } from 'vscode';
import { spool } from '../editors/spool';
import { showFailure } from '../failures';
import type { Workbench } from '../workbench';
import { modelsOf } from './modelArguments';
import { outputBeside } from './outputFile';
import { isOnDisk, runWithProgress } from './transformModel';

/** Right-click, Convert: `.onnx` to `name.tflite` beside it, `.tflite` to `name.onnx`; the result opens. */
export async function convertModel(workbench: Workbench, clicked?: Uri, selected?: readonly Uri[]): Promise<void> {
  for (const model of await modelsOf(clicked, selected)) {
    if (isOnDisk(model)) await convertOne(workbench, model);
  }
}

async function convertOne(workbench: Workbench, model: Uri): Promise<void> {
  try {
    const file = await spool(model, workbench.storage);
    const { format } = await workbench.inspector.request('inspect', { file });
    const output = await outputBeside(model, '', format === 'onnx' ? '.tflite' : '.onnx');
    if (!output) return;
    const title = l10n.t('Converting {0}', workspace.asRelativePath(model));
    const { notes } = await runWithProgress(workbench, 'convert', title, { file, output: output.fsPath });
    await commands.executeCommand('vscode.open', output);
    if (notes.length > 0) void window.showInformationMessage(notes.join(' '));
  } catch (error) {
    await showFailure(error);
  }
}
