import { commands, l10n, window, workspace } from 'vscode';
import type { Uri } from 'vscode';
import type { StripAnswer } from '../../core/answers/stripModel';
import type { StripRequest } from '../../protocol/engine';
import { spool } from '../editors/spool';
import { showFailure } from '../failures';
import type { Workbench } from '../workbench';
import { modelsOf } from './modelArguments';
import { outputBeside } from './outputFile';
import { isOnDisk, runWithProgress } from './transformModel';

/** Categories that the message names; the others are in the notes of `tinyml strip`. */
const NAMED_USES = 3;

/** Right-click, Strip: `name.stripped.tflite` beside it, without what its runtime never reads; it opens. */
export async function stripModel(workbench: Workbench, clicked?: Uri, selected?: readonly Uri[]): Promise<void> {
  const models = await modelsOf(clicked, selected);
  const level = models.length > 0 ? await pickLevel() : undefined;
  if (!level) return;
  for (const model of models) if (isOnDisk(model)) await stripOne(workbench, model, level);
}

async function pickLevel(): Promise<StripRequest['level'] | undefined> {
  const levels = [
    {
      level: 'tflite' as const,
      label: l10n.t('For any TFLite runtime'),
      detail: l10n.t('Leaves out names, ranges and metadata; LiteRT and TFLM load the file.'),
    },
    {
      level: 'tflm' as const,
      label: l10n.t('For TensorFlow Lite Micro only'),
      detail: l10n.t('Leaves out zero points of channels and signatures too; LiteRT may refuse the file.'),
    },
  ];
  return (await window.showQuickPick(levels, { title: l10n.t('Who must still load the file?') }))?.level;
}

async function stripOne(workbench: Workbench, model: Uri, level: StripRequest['level']): Promise<void> {
  try {
    const file = await spool(model, workbench.storage);
    const output = await outputBeside(model, 'stripped');
    if (!output) return;
    const title = l10n.t('Stripping {0}', workspace.asRelativePath(model));
    const answer = await runWithProgress(workbench, 'strip', title, { file, output: output.fsPath, level });
    await commands.executeCommand('vscode.open', output);
    void window.showInformationMessage([savedBy(answer), ...answer.notes].join(' '));
  } catch (error) {
    await showFailure(error);
  }
}

function savedBy({ before, after, uses }: StripAnswer): string {
  const bytes = (count: number): string => count.toLocaleString('en');
  const saved = uses.filter((use) => use.before > use.after).slice(0, NAMED_USES);
  const parts = saved.map((use) => `${use.name} ${bytes(use.before - use.after)}`).join(', ');
  const figures = [bytes(before.fileBytes), bytes(after.fileBytes), bytes(before.fileBytes - after.fileBytes), parts];
  return l10n.t('{0} → {1} bytes, {2} saved: {3}.', ...figures);
}
