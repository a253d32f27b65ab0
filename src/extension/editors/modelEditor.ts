import { commands, env, workspace } from 'vscode';
import type { WebviewPanel } from 'vscode';
import type { Disposable } from '../disposable';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { answerer, caller } from '../../protocol/connection';
import type { Caller } from '../../protocol/connection';
import type {
  EditorAction,
  EditorContext,
  EditorNotifications,
  EditorRequestNotifications,
  EditorRequests,
} from '../../protocol/modelEditor';
import { copyFailureReport, failureOf } from '../failures';
import { log } from '../log';
import {
  FirmwareWatch,
  firmwareLabel,
  pickFirmware,
  profileTargetOf,
  setFirmware,
  takeFirmware,
} from '../targets/firmwareFile';
import { onDidChangeGivenTargets } from '../targets/targetFiles';
import { targetOf } from '../targets/targetSettings';
import { connectWebview } from '../webview/webviewPort';
import { webviewHtml, webviewOptions } from '../webview/webviewHtml';
import type { Workbench } from '../workbench';
import type { ModelDocument } from './modelDocument';
import { ViewsAhead } from './viewsAhead';
import { TryIt } from './tryIt';

/** Actions of the page that are commands on the model's file. */
const COMMANDS = {
  pickBoard: 'tinyml.pickBoard',
  pickRuntime: 'tinyml.pickRuntime',
  quantize: 'tinyml.quantize',
  prune: 'tinyml.prune',
  planArena: 'tinyml.planArena',
} as const satisfies Partial<Record<EditorAction, string>>;

function isCommand(action: EditorAction): action is keyof typeof COMMANDS {
  return action in COMMANDS;
}

/** One webview over a model: answers its requests from the inspector and tells it when the model or the target change. */
export class ModelEditor implements Disposable {
  readonly #workbench: Workbench;
  readonly #document: ModelDocument;
  readonly #connection: MessageConnection;
  readonly #webview: Caller<object, EditorNotifications>;
  readonly #disposables: Disposable[];
  readonly #ahead: ViewsAhead;
  readonly #firmware: FirmwareWatch;
  #operators: readonly string[] = [];
  #targetGeneration = 0;

  constructor(workbench: Workbench, document: ModelDocument, panel: WebviewPanel) {
    this.#workbench = workbench;
    this.#document = document;
    this.#ahead = new ViewsAhead(workbench, document);
    panel.webview.options = webviewOptions(workbench.extensionUri);
    this.#connection = connectWebview(panel.webview);
    this.#webview = caller<object, EditorNotifications>(this.#connection);
    this.#answerViews();
    this.#answerActions();
    const tryIt = new TryIt(workbench, document, this.#connection);
    this.#connection.listen();
    this.#firmware = new FirmwareWatch(document.uri);
    this.#disposables = [
      this.#firmware,
      this.#firmware.onDidChange(() => this.#retarget()),
      workbench.userBoards.onDidChange(() => this.#retarget()),
      tryIt,
      document.onDidChange(() => this.#changed()),
      onDidChangeGivenTargets(() => this.#changed()),
      workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration('tinyml', document.uri)) return;
        this.#firmware.follow();
        this.#changed();
      }),
    ];
    void workbench.suggestions.offer(document.uri);
    panel.webview.html = webviewHtml(panel.webview, workbench.extensionUri, 'modelEditor', this.#fileName());
  }

  #fileName(): string {
    return this.#document.uri.path.slice(this.#document.uri.path.lastIndexOf('/') + 1);
  }

  #context(): EditorContext {
    const target = targetOf(this.#document.uri);
    return {
      fileName: this.#fileName(),
      board: target.board,
      runtime: target.runtime,
      firmware: firmwareLabel(this.#document.uri),
      targetGeneration: this.#targetGeneration,
      generation: this.#document.generation,
      deletedAtMs: this.#document.deletedAtMs,
    };
  }

  /** The model or what it is seen against changed: the page asks again for what it shows. */
  #changed(): void {
    this.#ahead.clear();
    this.#webview.notify('context', this.#context());
  }

  /** What the model is seen against is described anew: another board file, a firmware that was built again. */
  #retarget(): void {
    this.#targetGeneration += 1;
    this.#changed();
  }

  async #overview(): Promise<EditorRequests['overview']['result']> {
    const { inspector } = this.#workbench;
    const overview =
      (await this.#ahead.take<EditorRequests['overview']['result']>('overview')) ??
      (await inspector.request('overview', { file: await this.#document.file() }));
    this.#operators = Object.keys(overview.inspect.operators);
    return overview;
  }

  /** The page shows the reason; the log keeps it. */
  #reportUnread(error: unknown): never {
    const { message, details } = failureOf(error);
    log().warn(message, ...details);
    throw error;
  }

  #answerViews(): void {
    const { inspector } = this.#workbench;
    const on = answerer<EditorRequests, EditorRequestNotifications>(this.#connection);
    const file = () => this.#document.file();
    on.onRequest('context', () => this.#context());
    on.onRequest('overview', () => this.#overview().catch((error: unknown) => this.#reportUnread(error)));
    on.onRequest('layers', async (params) => inspector.request('layers', { file: await file(), ...params }));
    on.onRequest('graph', async (params) => {
      const ahead = params.graph === 0 ? this.#ahead.take<EditorRequests['graph']['result']>('graph') : undefined;
      return ahead ?? inspector.request('graph', { file: await file(), ...params });
    });
    on.onRequest('node', async (params) => inspector.request('node', { file: await file(), ...params }));
    on.onRequest('histogram', async (params) => inspector.request('histogram', { file: await file(), ...params }));
    on.onRequest('profile', async (params) => {
      const ahead = params.graph === 0 ? this.#ahead.take<EditorRequests['profile']['result']>('profile') : undefined;
      return (
        ahead ?? inspector.request('profile', { file: await file(), ...params, ...profileTargetOf(this.#document.uri) })
      );
    });
    on.onRequest('memoryOptions', async () =>
      inspector.request('memoryOptions', { file: await file(), ...targetOf(this.#document.uri) }),
    );
    on.onRequest('memoryPlan', async (params) =>
      inspector.request('memoryPlan', { file: await file(), ...params, ...targetOf(this.#document.uri) }),
    );
    on.onNotification('drawn', ({ tab, milliseconds }) => {
      log().debug(`${this.#fileName()}: ${tab} drawn ${Math.round(milliseconds)} ms after its page was ready`);
    });
  }

  #answerActions(): void {
    const on = answerer<EditorRequests, EditorRequestNotifications>(this.#connection);
    on.onRequest('act', async ({ action }) => {
      await this.#act(action);
      return null;
    });
    on.onRequest('dropFirmware', async (dropped) => {
      await takeFirmware(this.#document.uri, dropped, this.#workbench.storage);
      return null;
    });
    on.onRequest('copyText', async ({ text }) => {
      await env.clipboard.writeText(text);
      return null;
    });
  }

  async #act(action: EditorAction): Promise<void> {
    const { uri } = this.#document;
    if (isCommand(action)) {
      await commands.executeCommand(COMMANDS[action], uri);
      return;
    }
    switch (action) {
      case 'addFirmware':
        await pickFirmware(uri);
        break;
      case 'removeFirmware':
        await setFirmware(uri, null);
        break;
      case 'showLog':
        log().show();
        break;
      case 'copyReport':
        await copyFailureReport(this.#operators);
        break;
      case 'openAsText':
        await commands.executeCommand('vscode.openWith', uri, 'default');
        break;
      case 'retry':
        this.#document.reload();
        break;
      case 'manageTrust':
        await commands.executeCommand('workbench.trust.manage');
        break;
    }
  }

  dispose(): void {
    for (const item of this.#disposables) item.dispose();
    this.#connection.dispose();
  }
}
