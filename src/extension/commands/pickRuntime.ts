import { l10n, window } from 'vscode';
import type { Uri } from 'vscode';
import type { Workbench } from '../workbench';
import { setRuntime, targetOf } from '../targets/targetSettings';

/** Asks for the runtime whose memory rules apply, and remembers it in the settings. */
export async function pickRuntime(workbench: Workbench, resource?: Uri): Promise<void> {
  const runtimes = await workbench.inspector.request('runtimes', null);
  const current = targetOf(resource).runtime;
  const items = runtimes.map((runtime) => ({
    label: runtime.name,
    description: runtime.id === current ? l10n.t('{0} (current)', runtime.version) : runtime.version,
    id: runtime.id,
  }));
  const picked = await window.showQuickPick(items, { title: l10n.t('Runtime that will run the model on the board') });
  if (picked) await setRuntime(resource, picked.id);
}
