import { CancellationTokenSource, EventEmitter, workspace } from 'vscode';
import type { CancellationToken, Event, Uri } from 'vscode';
import type { Disposable } from '../disposable';

/** Models that a scan takes at most, and the largest of them. */
const MOST_MODELS = 200;
const LARGEST_BYTES = 64 * 1024 * 1024;
const SKIPPED = '**/{node_modules,.git}/**';
const SETTING = 'tinyml.lint.scanWorkspace';

/** The models of the workspace, found only where the user asked for it. */
export class WorkspaceScan implements Disposable {
  readonly onDidChange: Event<void>;
  readonly #changed = new EventEmitter<void>();
  readonly #settings: Disposable;
  readonly #models = new Map<string, Uri>();
  #scanning: CancellationTokenSource | undefined;

  constructor() {
    this.onDidChange = this.#changed.event;
    this.#settings = workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(SETTING)) void this.scan();
    });
    void this.scan();
  }

  /** By the text of their URI; empty unless the setting is on. */
  get models(): ReadonlyMap<string, Uri> {
    return this.#models;
  }

  /** True while the setting is on. */
  get isOn(): boolean {
    return workspace.getConfiguration('tinyml').get('lint.scanWorkspace', false);
  }

  /** Looks again; a scan under way is given up. */
  async scan(): Promise<void> {
    this.#scanning?.cancel();
    const wasEmpty = this.#models.size === 0;
    this.#models.clear();
    if (!this.isOn) {
      if (!wasEmpty) this.#changed.fire();
      return;
    }
    const source = new CancellationTokenSource();
    this.#scanning = source;
    const found = await findModels(source.token);
    if (source.token.isCancellationRequested) return;
    for (const uri of found) this.#models.set(uri.toString(), uri);
    this.#changed.fire();
  }

  dispose(): void {
    this.#scanning?.cancel();
    this.#settings.dispose();
    this.#changed.dispose();
  }
}

async function findModels(token: CancellationToken): Promise<readonly Uri[]> {
  const found = await workspace.findFiles('**/*.{tflite,onnx}', SKIPPED, MOST_MODELS, token);
  const models: Uri[] = [];
  for (const uri of found) {
    if (token.isCancellationRequested) break;
    if (uri.scheme === 'file' && (await sizeOf(uri)) <= LARGEST_BYTES) models.push(uri);
  }
  return models;
}

async function sizeOf(uri: Uri): Promise<number> {
  return workspace.fs.stat(uri).then(
    ({ size }) => size,
    () => Infinity,
  );
}
