import { StatusBarAlignment, l10n, window, workspace } from 'vscode';
import type { StatusBarItem, Uri } from 'vscode';
import type { Disposable } from '../disposable';
import type { Workbench } from '../workbench';
import { targetOf } from './targetSettings';

/** The chosen board in the status bar: shown while a model is the active editor. Click to choose another. */
export class TargetStatus implements Disposable {
  readonly #item: StatusBarItem;
  readonly #workbench: Workbench;
  readonly #settings: Disposable;
  #resource: Uri | undefined;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
    this.#item = window.createStatusBarItem('tinyml.target', StatusBarAlignment.Right, 90);
    this.#item.name = l10n.t('TinyML board');
    this.#item.command = 'tinyml.pickBoard';
    this.#settings = workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('tinyml')) void this.#refresh();
    });
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
    this.#item.text = `$(circuit-board) ${name}`;
    this.#item.tooltip = l10n.t('Board and runtime ({0}) that the model is checked against. Click to choose.', runtime);
    this.#item.show();
  }

  dispose(): void {
    this.#settings.dispose();
    this.#item.dispose();
  }
}
