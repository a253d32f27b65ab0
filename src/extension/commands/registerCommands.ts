import { commands, l10n, window, workspace } from 'vscode';
import type { Uri } from 'vscode';
import type { Disposable } from '../disposable';
import { copyFailureReport, showFailure } from '../failures';
import { log } from '../log';
import type { DeviceEntry } from '../views/devicesView';
import type { Workbench } from '../workbench';
import { connectDevice, typeAddress } from './connectDevice';
import { convertModel } from './convertModel';
import { openAsModel } from './openAsModel';
import { pickBoard } from './pickBoard';
import { pickRuntime } from './pickRuntime';
import { planArena } from './planArena';
import { pruneModel } from './pruneModel';
import { quantizeModel } from './quantizeModel';
import { activeModel } from './modelArguments';
import { startSimulatedBoard } from './startSimulatedBoard';
import { stripModel } from './stripModel';

type Handler = (workbench: Workbench, ...parameters: never[]) => unknown;

/** Every command of the manifest, by id: a unit test holds the two lists equal. */
export const COMMANDS = {
  'tinyml.quantize': quantizeModel,
  'tinyml.prune': pruneModel,
  'tinyml.convert': convertModel,
  'tinyml.planArena': planArena,
  'tinyml.strip': stripModel,
  'tinyml.openAsModel': openAsModel,
  'tinyml.pickBoard': (workbench: Workbench, resource?: Uri) => pickBoard(workbench, resource ?? activeModel()),
  'tinyml.pickRuntime': (workbench: Workbench, resource?: Uri) => pickRuntime(workbench, resource ?? activeModel()),
  'tinyml.openReport': (workbench: Workbench) => workbench.reports.pick(),
  'tinyml.openDeviceMonitor': (workbench: Workbench) => workbench.monitor.show(),
  'tinyml.connectDevice': (workbench: Workbench, entry?: DeviceEntry) => connectDevice(workbench, entry),
  'tinyml.addDeviceAddress': typeAddress,
  'tinyml.forgetDevice': (workbench: Workbench, entry: DeviceEntry) => workbench.devices.forget(entry.address),
  'tinyml.refreshDevices': (workbench: Workbench) => workbench.devices.refresh(),
  'tinyml.startSimulatedBoard': startSimulatedBoard,
  'tinyml.showLog': () => log().show(),
  'tinyml.copyReport': () => copyFailureReport([]),
} satisfies Record<string, Handler>;

/** Commands that run or write a model. Their menu entries are greyed without trust; a page's button is not. */
const ASKS_FOR_TRUST: ReadonlySet<string> = new Set([
  'tinyml.quantize',
  'tinyml.prune',
  'tinyml.convert',
  'tinyml.planArena',
  'tinyml.strip',
]);

/** Whether the command may go on; says why not where it may not. */
function mayRun(id: string): boolean {
  if (workspace.isTrusted || !ASKS_FOR_TRUST.has(id)) return true;
  const manage = l10n.t('Manage Trust');
  const sentence = l10n.t('Models are changed and converted only in a workspace that you trust.');
  void window.showInformationMessage(sentence, manage).then((choice) => {
    if (choice === manage) void commands.executeCommand('workbench.trust.manage');
  });
  return false;
}

export function registerCommands(workbench: Workbench): Disposable[] {
  return Object.entries(COMMANDS).map(([id, handler]) =>
    commands.registerCommand(id, async (...parameters: unknown[]) => {
      if (!mayRun(id)) return undefined;
      try {
        return await (handler as (workbench: Workbench, ...rest: unknown[]) => unknown)(workbench, ...parameters);
      } catch (error) {
        await showFailure(error);
        return undefined;
      }
    }),
  );
}
