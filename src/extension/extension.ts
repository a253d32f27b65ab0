import { window } from 'vscode';
import type { ExtensionContext } from 'vscode';
import { activeModel } from './commands/modelArguments';
import { registerCommands } from './commands/registerCommands';
import { ModelEditorProvider } from './editors/modelEditorProvider';
import { clearSpool } from './editors/spool';
import { disposeLog } from './log';
import { ModelProblems } from './problems/modelProblems';
import { TargetStatus } from './targets/targetStatus';
import { Workbench } from './workbench';

/** Registers what the manifest declares; everything else waits for its first use. */
export function activate(context: ExtensionContext): void {
  const workbench = new Workbench(context);
  const status = new TargetStatus(workbench);
  const problems = new ModelProblems(workbench);
  const followActiveModel = (): void => status.show(activeModel());
  context.subscriptions.push(
    workbench,
    status,
    problems,
    new ModelEditorProvider(workbench, problems),
    ...registerCommands(workbench),
    window.tabGroups.onDidChangeTabs(followActiveModel),
    window.tabGroups.onDidChangeTabGroups(followActiveModel),
    { dispose: disposeLog },
  );
  followActiveModel();
  void clearSpool(workbench.storage);
}
