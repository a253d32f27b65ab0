import { EventEmitter, FileType, RelativePattern, Uri, workspace } from 'vscode';
import type { CustomDocument, Event } from 'vscode';
import type { Disposable } from '../disposable';
import type { ModelFile } from '../../protocol/engine';
import { spool } from './spool';

/** A training script writes a model in many steps: wait until it has been quiet this long before reading. */
const QUIET_MS = 250;

/** The open model: where it lies, which generation of its content we show, and whether the file is still there. */
export class ModelDocument implements CustomDocument {
  readonly uri: Uri;
  readonly onDidChange: Event<void>;
  readonly #changed = new EventEmitter<void>();
  readonly #storage: Uri;
  readonly #watching: Disposable[] = [];
  #file: Promise<ModelFile> | undefined;
  #generation = 0;
  #deletedAtMs: number | null = null;
  #quiet: NodeJS.Timeout | undefined;

  constructor(uri: Uri, storage: Uri) {
    this.uri = uri;
    this.#storage = storage;
    this.onDidChange = this.#changed.event;
    this.#watch();
  }

  /** Grows each time the content changes. */
  get generation(): number {
    return this.#generation;
  }

  /** Epoch milliseconds when the file was found gone; null while it is there. */
  get deletedAtMs(): number | null {
    return this.#deletedAtMs;
  }

  /** The model on this machine's disk, copied there when its scheme asks for it. */
  file(): Promise<ModelFile> {
    this.#file ??= this.#spooled();
    return this.#file;
  }

  async #spooled(): Promise<ModelFile> {
    const folder = workspace.getWorkspaceFolder(this.uri) ?? workspace.workspaceFolders?.[0];
    const file = await spool(this.uri, this.#storage);
    return folder?.uri.scheme === 'file' ? { ...file, workspace: folder.uri.fsPath } : file;
  }

  /** Reads again on the next request, whether or not the file system reported a change. */
  reload(): void {
    this.#file = undefined;
    this.#generation += 1;
    this.#changed.fire();
  }

  /** Disposes of `item` when the document closes. */
  whileOpen(item: Disposable): void {
    this.#watching.push(item);
  }

  #watch(): void {
    const folder = Uri.joinPath(this.uri, '..');
    const name = this.uri.path.slice(this.uri.path.lastIndexOf('/') + 1);
    // Glob characters of the name are taken literally: `net[1].onnx` is one file.
    const literal = name.replace(/[[\]{}*?]/g, (character) => `[${character}]`);
    const watcher = workspace.createFileSystemWatcher(new RelativePattern(folder, literal));
    const check = (): void => this.#checkWhenQuiet();
    this.#watching.push(watcher, watcher.onDidChange(check), watcher.onDidCreate(check), watcher.onDidDelete(check));
  }

  #checkWhenQuiet(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => void this.#check(), QUIET_MS);
  }

  async #check(): Promise<void> {
    const exists = await workspace.fs.stat(this.uri).then(
      (stat) => (stat.type & FileType.File) !== 0,
      () => false,
    );
    if (exists) {
      this.#deletedAtMs = null;
      this.reload();
    } else if (this.#deletedAtMs === null) {
      this.#deletedAtMs = Date.now();
      this.#changed.fire();
    }
  }

  dispose(): void {
    clearTimeout(this.#quiet);
    for (const item of this.#watching) item.dispose();
    this.#changed.dispose();
  }
}
