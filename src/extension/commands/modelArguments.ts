import { FileType, TabInputCustom, Uri, l10n, window, workspace } from 'vscode';
import { MODEL_EDITOR, MODEL_VIEWER } from '../editors/modelEditorProvider';

const MODEL = /\.(tflite|onnx)$/i;

/** The model of the active editor tab, if it shows one. */
export function activeModel(): Uri | undefined {
  const input = window.tabGroups.activeTabGroup.activeTab?.input;
  if (!(input instanceof TabInputCustom)) return undefined;
  return input.viewType === MODEL_EDITOR || input.viewType === MODEL_VIEWER ? input.uri : undefined;
}

/**
 * The models a command is about: the explorer's selection, else the active editor's, else the user's choice. Empty when
 * the user chose none. `selected` is what VS Code gives besides: the explorer a list of files, an editor's title its group.
 */
export async function modelsOf(clicked: Uri | undefined, selected: unknown): Promise<readonly Uri[]> {
  const files: readonly unknown[] = Array.isArray(selected) ? selected : [];
  const several = files.filter((file) => file instanceof Uri).filter((uri) => MODEL.test(uri.path));
  if (several.length > 0) return several;
  const one = clicked ?? activeModel();
  return one ? [one] : askForModel();
}

async function askForModel(): Promise<readonly Uri[]> {
  const found = await workspace.findFiles('**/*.{tflite,onnx}', '**/{node_modules,.git}/**', 200);
  if (found.length === 0) return browse();
  const other = { label: l10n.t('Other file…'), uri: undefined };
  const items = found
    .map((uri) => ({ label: workspace.asRelativePath(uri), uri }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const picked = await window.showQuickPick([...items, other], { title: l10n.t('Which model?') });
  if (!picked) return [];
  return picked.uri ? [picked.uri] : browse();
}

async function browse(): Promise<readonly Uri[]> {
  return (await window.showOpenDialog({ title: l10n.t('Model'), filters: { Models: ['tflite', 'onnx'] } })) ?? [];
}

/** True for a folder that exists now. */
export async function isFolder(uri: Uri): Promise<boolean> {
  return workspace.fs.stat(uri).then(
    (stat) => (stat.type & FileType.Directory) !== 0,
    () => false,
  );
}
