import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Uri } from 'vscode';
import { workspace } from 'vscode';
import type { ModelFile } from '../../protocol/engine';

function baseName(uri: Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1) || 'model';
}

/**
 * Brings a model to this machine's disk so that the inspector can read ranges of it. A `file:` model stays where it is;
 * any other (`git:`, `vscode-vfs:`) is copied through `workspace.fs` into `folder`, anew at each call.
 */
export async function spool(uri: Uri, folder: Uri): Promise<ModelFile> {
  const name = baseName(uri);
  if (uri.scheme === 'file') return { path: uri.fsPath, name };
  const key = createHash('sha256').update(uri.toString()).digest('hex').slice(0, 16);
  const target = join(folder.fsPath, 'spool', key);
  await mkdir(target, { recursive: true });
  const path = join(target, name);
  await writeFile(path, await workspace.fs.readFile(uri));
  return { path, name };
}

/** Removes the copies of an earlier run; they are made again when asked for. */
export async function clearSpool(folder: Uri): Promise<void> {
  await rm(join(folder.fsPath, 'spool'), { recursive: true, force: true });
}
