import { EventEmitter, FileType, Uri, commands, l10n, window, workspace } from 'vscode';
import type { Event, WorkspaceFolder } from 'vscode';
import type { Board } from '../../core/targets/board';
import { LARGEST_USER_BOARDS, parseUserBoards, USER_BOARDS_FILE } from '../../core/targets/userBoards';
import type { Disposable } from '../disposable';

/** Boards of `.vscode/tinyml-boards.json` of the workspace's folders: read when first asked for, and after changes. */
export class UserBoards implements Disposable {
  readonly onDidChange: Event<void>;
  readonly #changed = new EventEmitter<void>();
  readonly #watcher: Disposable;
  #boards: Promise<readonly Board[]> | undefined;

  constructor() {
    this.onDidChange = this.#changed.event;
    const watcher = workspace.createFileSystemWatcher(`**/${USER_BOARDS_FILE}`);
    const forget = (): void => {
      this.#boards = undefined;
      this.#changed.fire();
    };
    const subscriptions = [watcher.onDidChange(forget), watcher.onDidCreate(forget), watcher.onDidDelete(forget)];
    this.#watcher = {
      dispose: () => {
        for (const each of [...subscriptions, watcher]) each.dispose();
      },
    };
  }

  /** A file that cannot be used is told of once for each of its versions; its boards are left out. */
  all(): Promise<readonly Board[]> {
    this.#boards ??= Promise.all((workspace.workspaceFolders ?? []).map(boardsOf)).then((lists) => lists.flat());
    return this.#boards;
  }

  dispose(): void {
    this.#watcher.dispose();
    this.#changed.dispose();
  }
}

async function boardsOf(folder: WorkspaceFolder): Promise<readonly Board[]> {
  const file = Uri.joinPath(folder.uri, USER_BOARDS_FILE);
  try {
    const { size, type } = await workspace.fs.stat(file);
    if ((type & FileType.File) === 0 || size > LARGEST_USER_BOARDS) return [];
  } catch {
    return []; // there is none
  }
  try {
    return parseUserBoards(new TextDecoder().decode(await workspace.fs.readFile(file)));
  } catch (error) {
    void tell(file, error instanceof Error ? error.message : String(error));
    return [];
  }
}

async function tell(file: Uri, message: string): Promise<void> {
  const open = l10n.t('Open File');
  if ((await window.showErrorMessage(message, open)) === open) await commands.executeCommand('vscode.open', file);
}
