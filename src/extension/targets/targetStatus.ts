import { StatusBarAlignment, l10n, window, workspace } from 'vscode';
import type { StatusBarItem, Uri } from 'vscode';
import type { Disposable } from '../disposable';
import type { Workbench } from '../workbench';
import { givenTarget, onDidChangeGivenTargets, type GivenTarget } from './targetFiles';
import { targetOf } from './targetSettings';

/** The chosen board in the status bar: shown while a model is the active editor. Click to choose another. */
export class TargetStatus implements Disposable {
  readonly #item: StatusBarItem;
  readonly #workbench: Workbench;
  readonly #changes: readonly Disposable[];
  #resource: Uri | undefined;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
    this.#item = window.createStatusBarItem('tinyml.target', StatusBarAlignment.Right, 90);
    this.#item.name = l10n.t('TinyML board');
    this.#item.command = 'tinyml.pickBoard';
    this.#changes = [
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('tinyml')) void this.#refresh();
      }),
      onDidChangeGivenTargets(() => void this.#refresh()),
    ];
  }

  /** Called when the active editor changes; undefined when it shows no model. */
  show(resource: Uri | undefined): void {
    this.#resource = resource;
    void this.#refresh();
  }

  async #refresh(): Promise<void> {
    const resource = this.#resource;
    if (!resource) {
      this.#item.hide();
      return;
    }
    const { board, runtime } = targetOf(resource);
    const name = board === null ? l10n.t('Choose board') : await this.#workbench.boardName(board);
    if (resource !== this.#resource) return;
    const given = givenTarget(resource);
    this.#item.text =
      (given?.board ?? null) === null ? `$(circuit-board) ${name}` : `$(circuit-board) ${name} · tinyml.json`;
    this.#item.tooltip = [
      l10n.t('Board and runtime ({0}) that the model is checked against. Click to choose.', runtime),
      given ? givenWords(given) : l10n.t('Both are from the settings.'),
    ].join('\n');
    this.#item.show();
  }

  dispose(): void {
    for (const item of this.#changes) item.dispose();
    this.#item.dispose();
  }
}

/** Where board and runtime come from when a `tinyml.json` has a say. */
function givenWords({ board, runtime, file }: GivenTarget): string {
  const name = workspace.asRelativePath(file);
  if (board === null) return l10n.t('The runtime is from {0}, the board from the settings.', name);
  if (runtime === null) return l10n.t('The board is from {0}, the runtime from the settings.', name);
  return l10n.t('Both are from {0}, which wins over the settings.', name);
}
