import { isAbsolute } from 'node:path';
import { ConfigurationTarget, EventEmitter, RelativePattern, Uri, l10n, window, workspace } from 'vscode';
import type { Event } from 'vscode';
import type { DroppedFile } from '../../protocol/modelEditor';
import type { Disposable } from '../disposable';
import { keepDropped } from '../editors/droppedFiles';
import { targetOf, type Target } from './targetSettings';

/** The linker writes a firmware in many steps: wait until it has been quiet this long. */
const QUIET_MS = 400;

/** What a model is profiled for. */
export interface ProfileTarget extends Target {
  /** The firmware on this machine's disk; null when none is added. */
  readonly firmware: string | null;
}

export function profileTargetOf(resource: Uri): ProfileTarget {
  return { ...targetOf(resource), firmware: firmwareOf(resource)?.fsPath ?? null };
}

/** The firmware that the settings name, relative to the model's workspace folder; null when they name none. */
function firmwareOf(resource: Uri): Uri | null {
  const named = workspace.getConfiguration('tinyml', resource).get<string>('firmware', '').trim();
  if (named === '') return null;
  if (isAbsolute(named)) return Uri.file(named);
  const folder = workspace.getWorkspaceFolder(resource) ?? workspace.workspaceFolders?.[0];
  return folder ? Uri.joinPath(folder.uri, named) : null;
}

/** How the page names the firmware; null when none is added. */
export function firmwareLabel(resource: Uri): string | null {
  const firmware = firmwareOf(resource);
  return firmware && workspace.asRelativePath(firmware);
}

/** Null forgets the firmware. */
export async function setFirmware(resource: Uri, firmware: Uri | null): Promise<void> {
  const hasFolders = workspace.workspaceFolders !== undefined;
  const folder = workspace.getWorkspaceFolder(resource);
  const isInside = firmware !== null && folder !== undefined && workspace.getWorkspaceFolder(firmware) === folder;
  const named = firmware && (isInside ? workspace.asRelativePath(firmware, false) : firmware.fsPath);
  const target = hasFolders ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
  await workspace.getConfiguration('tinyml', resource).update('firmware', named ?? undefined, target);
}

/** Asks for the built firmware. */
export async function pickFirmware(resource: Uri): Promise<void> {
  const [picked] =
    (await window.showOpenDialog({
      title: l10n.t('Built firmware: what it takes is shown beside the model'),
      openLabel: l10n.t('Add Firmware'),
      filters: { [l10n.t('Firmware')]: ['elf', 'axf', 'out', 'map'], [l10n.t('All files')]: ['*'] },
      defaultUri: workspace.getWorkspaceFolder(resource)?.uri ?? Uri.joinPath(resource, '..'),
    })) ?? [];
  if (picked) await setFirmware(resource, picked);
}

/** A firmware that was dropped on the page. */
export async function takeFirmware(resource: Uri, dropped: DroppedFile, storage: Uri): Promise<void> {
  const { path } = await keepDropped(dropped, storage);
  await setFirmware(resource, Uri.file(path));
}

/** Tells when the firmware of a model is built anew. */
export class FirmwareWatch implements Disposable {
  readonly onDidChange: Event<void>;
  readonly #changed = new EventEmitter<void>();
  readonly #resource: Uri;
  #watching: Disposable[] = [];
  #path: string | null = null;
  #quiet: NodeJS.Timeout | undefined;

  constructor(resource: Uri) {
    this.#resource = resource;
    this.onDidChange = this.#changed.event;
    this.follow();
  }

  /** Called when the settings changed: another file may be named. */
  follow(): void {
    const firmware = firmwareOf(this.#resource);
    if (this.#path === (firmware?.fsPath ?? null)) return;
    this.#path = firmware?.fsPath ?? null;
    this.#stop();
    if (!firmware) return;
    const name = firmware.path.slice(firmware.path.lastIndexOf('/') + 1);
    const literal = name.replace(/[[\]{}*?]/g, (character) => `[${character}]`);
    const watcher = workspace.createFileSystemWatcher(new RelativePattern(Uri.joinPath(firmware, '..'), literal));
    const wait = (): void => {
      clearTimeout(this.#quiet);
      this.#quiet = setTimeout(() => this.#changed.fire(), QUIET_MS);
    };
    this.#watching = [watcher, watcher.onDidChange(wait), watcher.onDidCreate(wait), watcher.onDidDelete(wait)];
  }

  #stop(): void {
    clearTimeout(this.#quiet);
    for (const each of this.#watching) each.dispose();
    this.#watching = [];
  }

  dispose(): void {
    this.#stop();
    this.#changed.dispose();
  }
}
