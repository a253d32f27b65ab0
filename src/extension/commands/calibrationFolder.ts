import { Uri, l10n, window, workspace } from 'vscode';
import type { Memento } from 'vscode';
import { isFolder } from './modelArguments';

/**
 * Asks for the folder of calibration data, offering the one used last for this model, then the one used last at all.
 * Undefined when the user cancelled.
 */
export async function askForDataFolder(
  memory: Memento,
  model: Uri,
  optional: boolean,
): Promise<Uri | null | undefined> {
  const remembered = await rememberedFolders(memory, model);
  if (remembered.length === 0 && !optional) return browse(memory, model);
  const items = [
    ...remembered.map((uri) => ({ label: workspace.asRelativePath(uri), description: l10n.t('used before'), uri })),
    { label: l10n.t('Choose folder…'), description: l10n.t('images, .npy, .npz or .wav'), uri: undefined },
    ...(optional
      ? [{ label: l10n.t('Without data'), description: l10n.t('output error not measured'), uri: null }]
      : []),
  ];
  const picked = await window.showQuickPick(items, { title: l10n.t('Data to run the model on') });
  if (!picked) return undefined;
  if (picked.uri === null) return null;
  if (picked.uri === undefined) return browse(memory, model);
  await remember(memory, model, picked.uri);
  return picked.uri;
}

const LAST = 'data.last';

function keyOf(model: Uri): string {
  return `data.${model.toString()}`;
}

async function rememberedFolders(memory: Memento, model: Uri): Promise<Uri[]> {
  const stored = [memory.get<string>(keyOf(model)), memory.get<string>(LAST)].filter((text) => text !== undefined);
  const folders = [...new Set(stored)].map((text) => Uri.parse(text));
  const present = await Promise.all(folders.map(isFolder));
  return folders.filter((_, index) => present[index]);
}

async function browse(memory: Memento, model: Uri): Promise<Uri | undefined> {
  const picked = await window.showOpenDialog({
    title: l10n.t('Folder of calibration data: images, .npy, .npz or .wav'),
    openLabel: l10n.t('Use Folder'),
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
    defaultUri: Uri.joinPath(model, '..'),
  });
  const folder = picked?.[0];
  if (folder) await remember(memory, model, folder);
  return folder;
}

async function remember(memory: Memento, model: Uri, folder: Uri): Promise<void> {
  await memory.update(keyOf(model), folder.toString());
  await memory.update(LAST, folder.toString());
}
