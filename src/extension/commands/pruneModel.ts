import type { Uri } from 'vscode';
import { l10n, window, workspace } from 'vscode';
import { spool } from '../editors/spool';
import { targetOf } from '../targets/targetSettings';
import type { Workbench } from '../workbench';
import { askForDataFolder } from './calibrationFolder';
import { modelsOf } from './modelArguments';
import { outputBeside } from './outputFile';
import { askForPixelScale } from './pixelScale';
import { isOnDisk, transformModel } from './transformModel';

const SUGGESTED_PERCENT = '50';

/** Right-click, Prune: weights by magnitude to a chosen sparsity, `name.pruned.*` beside the model. */
export async function pruneModel(workbench: Workbench, clicked?: Uri, selected?: unknown): Promise<void> {
  const models = (await modelsOf(clicked, selected)).filter(isOnDisk);
  if (models.length === 0) return;
  const amount = await askForAmount();
  if (amount === undefined) return;
  for (const model of models) await pruneOne(workbench, model, amount);
}

async function askForAmount(): Promise<number | undefined> {
  const text = await window.showInputBox({
    title: l10n.t('Share of the weights to set to zero, in percent'),
    prompt: l10n.t(
      'The smallest in magnitude of each layer. RAM and latency stay as they are; the compressed size falls.',
    ),
    value: SUGGESTED_PERCENT,
    validateInput: (value) => (parsePercent(value) === undefined ? l10n.t('A number from 1 to 99') : undefined),
  });
  return text === undefined ? undefined : parsePercent(text);
}

function parsePercent(text: string): number | undefined {
  const percent = Number(text.replace('%', '').trim());
  return percent >= 1 && percent <= 99 ? percent / 100 : undefined;
}

async function pruneOne(workbench: Workbench, model: Uri, amount: number): Promise<void> {
  const data = await askForDataFolder(workbench.memory, model, true);
  if (data === undefined) return;
  const scale = data === null ? '0..1' : await askForPixelScale(workbench.memory, model);
  if (!scale) return;
  const output = await outputBeside(model, 'pruned');
  if (!output) return;
  await transformModel(workbench, 'prune', l10n.t('Pruning {0}', workspace.asRelativePath(model)), {
    file: await spool(model, workbench.storage),
    output: output.fsPath,
    amount,
    data: data?.fsPath ?? null,
    scale,
    limit: workspace.getConfiguration('tinyml.quantize', model).get<number>('samples', 256),
    runtime: targetOf(model).runtime,
  });
}
