import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Uri, workspace } from 'vscode';
import type { ChosenFile, DroppedFile } from '../../protocol/modelEditor';
import { spool } from './spool';

/** A run asks for its data again after a reload of the window; after this long nobody does. */
const KEPT_MS = 30 * 24 * 3600 * 1000;

/**
 * Where a dropped file lies on this machine's disk: a file of the workspace where it is, bytes from elsewhere in a copy
 * under `storage`.
 */
export async function keepDropped(dropped: DroppedFile, storage: Uri): Promise<ChosenFile> {
  if ('bytes' in dropped) return keepBytes(dropped.name, dropped.bytes, storage);
  const uri = Uri.parse(dropped.uri, true);
  // The explorer of a remote window names the files of the machine that we run on by the connection to it.
  const local = uri.scheme === 'vscode-remote' ? Uri.file(uri.path) : uri;
  const { path } = await spool(local, storage);
  return { path, label: workspace.asRelativePath(local) };
}

async function keepBytes(given: string, bytes: Uint8Array, storage: Uri): Promise<ChosenFile> {
  const folder = join(storage.fsPath, 'dropped');
  await forgetOld(folder);
  const name = given.replace(/^.*[\\/]/, '').replace(/[\0<>:"|?*]/g, '_') || 'data';
  const own = join(folder, createHash('sha256').update(bytes).digest('hex').slice(0, 16));
  await mkdir(own, { recursive: true });
  const path = join(own, name);
  await writeFile(path, bytes);
  return { path, label: name };
}

async function forgetOld(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const own = join(folder, name);
    const { mtimeMs } = await stat(own);
    if (Date.now() - mtimeMs > KEPT_MS) await rm(own, { recursive: true, force: true });
  }
}
