import { basename } from 'node:path';
import { Uri, ViewColumn, commands, env, l10n, window } from 'vscode';
import type { WebviewPanel } from 'vscode';
import type { Disposable } from '../disposable';
import type { TransformAnswer } from '../../core/answers/transformAnswer';
import { answerer } from '../../protocol/connection';
import type { ReportAction, ReportRequests, ReportView } from '../../protocol/report';
import { MODEL_EDITOR } from '../editors/modelEditorProvider';
import { connectWebview } from '../webview/webviewPort';
import { webviewHtml, webviewOptions } from '../webview/webviewHtml';
import type { ReportStore } from './reportStore';

const REPORT_PANEL = 'tinyml.report';

/** Opens before/after reports as editors, and opens them again after a reload. */
export class ReportPanels implements Disposable {
  readonly #extensionUri: Uri;
  readonly #store: ReportStore;
  readonly #serializer: Disposable;

  constructor(extensionUri: Uri, store: ReportStore) {
    this.#extensionUri = extensionUri;
    this.#store = store;
    this.#serializer = window.registerWebviewPanelSerializer(REPORT_PANEL, {
      deserializeWebviewPanel: (panel, state) => this.#restore(panel, state),
    });
  }

  /** Stores the answer and shows it beside nothing: in the active column. */
  async show(answer: TransformAnswer): Promise<void> {
    const report: ReportView = { answer, madeAtMs: Date.now() };
    const id = await this.#store.add(report);
    this.#open(id, report);
  }

  /** Lets the user choose among the stored reports. */
  async pick(): Promise<void> {
    const ids = await this.#store.ids();
    if (ids.length === 0) {
      void window.showInformationMessage(l10n.t('No reports yet: quantize or prune a model first.'));
      return;
    }
    const reports = await Promise.all(ids.map(async (id) => ({ id, report: await this.#store.get(id) })));
    const items = reports.flatMap(({ id, report }) =>
      report ? [{ label: titleOf(report), description: new Date(report.madeAtMs).toLocaleString(), id, report }] : [],
    );
    const picked = await window.showQuickPick(items, { title: l10n.t('Report') });
    if (picked) this.#open(picked.id, picked.report);
  }

  #open(id: string, report: ReportView): void {
    const panel = window.createWebviewPanel(
      REPORT_PANEL,
      titleOf(report),
      ViewColumn.Active,
      webviewOptions(this.#extensionUri),
    );
    this.#fill(panel, id, report);
  }

  async #restore(panel: WebviewPanel, state: unknown): Promise<void> {
    const id = typeof state === 'object' && state !== null && 'id' in state ? String(state.id) : '';
    const report = await this.#store.get(id);
    if (report) this.#fill(panel, id, report);
    else panel.dispose();
  }

  #fill(panel: WebviewPanel, id: string, report: ReportView): void {
    panel.webview.options = webviewOptions(this.#extensionUri);
    const connection = connectWebview(panel.webview);
    const on = answerer<ReportRequests, object>(connection);
    on.onRequest('report', () => ({ id, ...report }));
    on.onRequest('act', async ({ action }) => {
      await act(action, report.answer);
      return null;
    });
    connection.listen();
    panel.onDidDispose(() => connection.dispose());
    panel.webview.html = webviewHtml(panel.webview, this.#extensionUri, 'report', titleOf(report));
  }

  dispose(): void {
    this.#serializer.dispose();
  }
}

function titleOf({ answer }: ReportView): string {
  const name = basename(answer.source);
  return answer.command === 'quantize' ? l10n.t('Quantized: {0}', name) : l10n.t('Pruned: {0}', name);
}

async function act(action: ReportAction, answer: TransformAnswer): Promise<void> {
  switch (action) {
    case 'openResult':
      await commands.executeCommand('vscode.openWith', Uri.file(answer.output), MODEL_EDITOR);
      break;
    case 'openSource':
      await commands.executeCommand('vscode.openWith', Uri.file(answer.source), MODEL_EDITOR);
      break;
    case 'again':
      await commands.executeCommand(`tinyml.${answer.command}`, Uri.file(answer.source));
      break;
    case 'revealInExplorer':
      await commands.executeCommand('revealInExplorer', Uri.file(answer.output));
      break;
    case 'copyJson':
      await env.clipboard.writeText(JSON.stringify(answer, null, 2));
      break;
  }
}
