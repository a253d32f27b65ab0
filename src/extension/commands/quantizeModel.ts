import type { Uri } from 'vscode';
import { l10n, window, workspace } from 'vscode';
import type { RangeMethod } from '../../protocol/engine';
import { spool } from '../editors/spool';
import { showFailure } from '../failures';
import { targetOf } from '../targets/targetSettings';
import type { Workbench } from '../workbench';
import { askForDataFolder } from './calibrationFolder';
import { modelsOf } from './modelArguments';
import { outputBeside } from './outputFile';
import { askForPixelScale } from './pixelScale';
import { isOnDisk, transformModel } from './transformModel';

/** Right-click, Quantize: float `.tflite` or `.onnx` to `name.int8.*` beside it, calibrated on a folder of data. */
export async function quantizeModel(workbench: Workbench, clicked?: Uri, selected?: unknown): Promise<void> {
  for (const model of await modelsOf(clicked, selected)) {
    if (isOnDisk(model) && (await isQuantizable(workbench, model))) await quantizeOne(workbench, model);
  }
}

/** Says why a model cannot be quantized before anything is asked of the user. */
async function isQuantizable(workbench: Workbench, model: Uri): Promise<boolean> {
  try {
    const { quantizeRefusal } = await workbench.inspector.request('overview', {
      file: await spool(model, workbench.storage),
    });
    if (quantizeRefusal === null) return true;
    void window.showInformationMessage(quantizeRefusal);
  } catch (error) {
    await showFailure(error);
  }
  return false;
}

async function quantizeOne(workbench: Workbench, model: Uri): Promise<void> {
  const data = await askForDataFolder(workbench.memory, model, false);
  if (!data) return;
  const scale = await askForPixelScale(workbench.memory, model);
  if (!scale) return;
  const output = await outputBeside(model, 'int8');
  if (!output) return;
  const settings = workspace.getConfiguration('tinyml.quantize', model);
  await transformModel(workbench, 'quantize', l10n.t('Quantizing {0}', workspace.asRelativePath(model)), {
    file: await spool(model, workbench.storage),
    output: output.fsPath,
    data: data.fsPath,
    scale,
    ranges: settings.get<RangeMethod>('ranges', 'mse'),
    limit: settings.get<number>('samples', 256),
    runtime: targetOf(model).runtime,
  });
}
