import { commands, l10n, window, workspace } from 'vscode';
import type { Uri } from 'vscode';
import type { PlanAnswer } from '../../core/answers/planModel';
import { isTflm } from '../../core/targets/runtimes';
import { spool } from '../editors/spool';
import { showFailure } from '../failures';
import { targetOf } from '../targets/targetSettings';
import type { Workbench } from '../workbench';
import { modelsOf } from './modelArguments';
import { outputBeside } from './outputFile';
import { isOnDisk, runWithProgress } from './transformModel';

/** Right-click, Optimize Arena: `name.planned.tflite` beside it, with a memory plan for the chosen runtime; it opens. */
export async function planArena(workbench: Workbench, clicked?: Uri, selected?: readonly Uri[]): Promise<void> {
  for (const model of await modelsOf(clicked, selected)) {
    if (isOnDisk(model)) await planOne(workbench, model);
  }
}

async function planOne(workbench: Workbench, model: Uri): Promise<void> {
  try {
    const { board, runtime } = targetOf(model);
    const file = await spool(model, workbench.storage);
    const output = await outputBeside(model, 'planned');
    if (!output) return;
    const title = l10n.t('Planning the arena of {0}', workspace.asRelativePath(model));
    const runtimes = [isTflm(runtime) ? runtime : ('tflm' as const)];
    const answer = await runWithProgress(workbench, 'plan', title, { file, output: output.fsPath, runtimes, board });
    await commands.executeCommand('vscode.open', output);
    void window.showInformationMessage(gainOf(answer));
  } catch (error) {
    await showFailure(error);
  }
}

function gainOf({ runtimes, pinned }: PlanAnswer): string {
  const [{ before, after } = { before: 0, after: 0 }] = runtimes;
  const bytes = (count: number): string => count.toLocaleString('en');
  return l10n.t('Planned arena: {0} → {1} bytes, {2} tensors pinned.', bytes(before), bytes(after), pinned);
}
