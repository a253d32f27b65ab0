import { Uri, l10n, window, workspace } from 'vscode';

async function exists(uri: Uri): Promise<boolean> {
  return workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

/** `extension` with its dot, where it is another than the source's. */
function beside(source: Uri, suffix: string, count: number, extension?: string): Uri {
  const name = source.path.slice(source.path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const numbered = count === 0 ? '' : `-${count + 1}`;
  const stem = suffix === '' ? name.slice(0, dot) : `${name.slice(0, dot)}.${suffix}`;
  return Uri.joinPath(source, '..', `${stem}${numbered}${extension ?? name.slice(dot)}`);
}

/**
 * Where a transform of `source` goes: `name.<suffix>.ext` beside it (`name.ext` where the suffix is empty). When that exists the user chooses to replace it or
 * to keep both (`name.<suffix>-2.ext`); undefined when the user chose neither.
 */
export async function outputBeside(source: Uri, suffix: string, extension?: string): Promise<Uri | undefined> {
  const wanted = beside(source, suffix, 0, extension);
  if (!(await exists(wanted))) return wanted;
  const replace = l10n.t('Replace');
  const keepBoth = l10n.t('Keep Both');
  const name = wanted.path.slice(wanted.path.lastIndexOf('/') + 1);
  const choice = await window.showWarningMessage(
    l10n.t('{0} exists already.', name),
    { modal: true },
    replace,
    keepBoth,
  );
  if (choice === replace) return wanted;
  if (choice !== keepBoth) return undefined;
  for (let count = 1; ; count += 1) {
    const free = beside(source, suffix, count, extension);
    if (!(await exists(free))) return free;
  }
}
