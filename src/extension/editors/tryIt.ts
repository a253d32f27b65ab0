import { Uri, l10n, window, workspace } from 'vscode';
import { ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import { SAMPLE_EXTENSIONS } from '../../core/datasets/sampleExtensions';
import type { PixelScale } from '../../core/datasets/picture';
import type { ExecutorId } from '../../core/transforms/run/modelSession';
import { answerer, caller } from '../../protocol/connection';
import type { Caller } from '../../protocol/connection';
import type { ErrorData, JobNotifications, JobRequests } from '../../protocol/engine';
import type { ChosenFile, EditorNotifications, EditorRequests } from '../../protocol/modelEditor';
import type { RunReference } from '../../protocol/run';
import { pixelScaleKey } from '../commands/pixelScale';
import type { Disposable } from '../disposable';
import { EngineProcess } from '../engine/engineProcess';
import type { Workbench } from '../workbench';
import { keepDropped } from './droppedFiles';
import type { ModelDocument } from './modelDocument';

/** A busy child hears nothing: after this long a cancelled run is killed. */
const KILL_AFTER_MS = 150;
const LAST_FOLDER = 'tryIt.folder';

/** A request that does not end in an answer, for a reason that is no failure of the engine. */
class RunRefused extends ResponseError<ErrorData> {
  constructor(reason: 'untrusted' | 'cancelled', message: string) {
    super(ErrorCodes.InvalidRequest, message, { reason, details: [] });
  }
}

type Child = EngineProcess<JobRequests, object, JobNotifications>;

/**
 * What stands behind an editor's *Try it*: a child that keeps the model loaded, with its state, until the editor closes.
 * It is started by the first question.
 */
export class TryIt implements Disposable {
  readonly #workbench: Workbench;
  readonly #document: ModelDocument;
  readonly #child: Child;
  readonly #trust: Disposable;

  /** Registers its answers on a connection that is not listening yet. */
  constructor(workbench: Workbench, document: ModelDocument, connection: MessageConnection) {
    this.#workbench = workbench;
    this.#document = document;
    const webview: Caller<object, EditorNotifications> = caller(connection);
    this.#child = new EngineProcess(workbench.jobEngine);
    this.#child.onNotification('progress', (progress) => webview.notify('runProgress', progress));
    this.#trust = workspace.onDidGrantWorkspaceTrust(() => webview.notify('trusted', null));
    this.#answerRuns(connection);
    this.#answerFiles(connection);
  }

  #answerRuns(connection: MessageConnection): void {
    const on = answerer<EditorRequests, object>(connection);
    const { memory } = this.#workbench;
    const scaleKey = pixelScaleKey(this.#document.uri);
    on.onRequest('runForm', async (params, token) => ({
      form: await this.#ask('runForm', { ...params, file: await this.#document.file() }, token),
      scale: memory.get<PixelScale>(scaleKey) ?? null,
    }));
    on.onRequest('run', async (params, token) => {
      if (params.inputs.some(({ source }) => source.kind === 'file')) await memory.update(scaleKey, params.scale);
      return this.#ask('run', { ...params, file: await this.#document.file() }, token);
    });
    on.onRequest('runTensor', (params, token) => this.#ask('runTensor', params, token));
    on.onRequest('runReset', (_, token) => this.#ask('runReset', null, token));
  }

  #answerFiles(connection: MessageConnection): void {
    const on = answerer<EditorRequests, object>(connection);
    on.onRequest('chooseInput', ({ input }) => this.#chooseInput(input));
    on.onRequest('dropInput', (dropped) => keepDropped(dropped, this.#workbench.storage));
    on.onRequest('runExport', async (_, token) => {
      const target = await this.#askForArchive();
      if (!target) return null;
      await this.#ask('runExport', { output: target.fsPath }, token);
      return workspace.asRelativePath(target);
    });
    on.onRequest('runCompare', async ({ executor }, token) => {
      const reference = await this.#reference(executor);
      return reference && this.#ask('runCompare', { reference }, token);
    });
  }

  /** Asks the child; a cancelled request that it does not hear ends with the child. */
  async #ask<M extends keyof JobRequests>(
    method: M,
    params: JobRequests[M]['params'],
    token: CancellationToken,
  ): Promise<JobRequests[M]['result']> {
    if (!workspace.isTrusted) {
      throw new RunRefused('untrusted', l10n.t('Models run only in a workspace that you trust.'));
    }
    let killer: NodeJS.Timeout | undefined;
    const cancelled = token.onCancellationRequested(() => {
      killer = setTimeout(() => this.#child.kill(), KILL_AFTER_MS);
    });
    try {
      return await this.#child.request(method, params, token);
    } catch (error) {
      throw token.isCancellationRequested ? new RunRefused('cancelled', l10n.t('The run was cancelled.')) : error;
    } finally {
      clearTimeout(killer);
      cancelled.dispose();
    }
  }

  async #chooseInput(input: string): Promise<ChosenFile | null> {
    const picked = await window.showOpenDialog({
      title: l10n.t('Data for {0}', input),
      openLabel: l10n.t('Use File'),
      canSelectMany: false,
      filters: {
        [l10n.t('Pictures, sounds and arrays')]: SAMPLE_EXTENSIONS.map((extension) => extension.slice(1)),
        [l10n.t('All files')]: ['*'],
      },
      defaultUri: this.#lastFolder(),
    });
    const file = picked?.[0];
    if (!file) return null;
    await this.#workbench.memory.update(LAST_FOLDER, Uri.joinPath(file, '..').toString());
    return { path: file.fsPath, label: workspace.asRelativePath(file) };
  }

  async #reference(executor: ExecutorId | null): Promise<RunReference | null> {
    if (executor !== null) return { kind: 'executor', executor };
    const picked = await window.showOpenDialog({
      title: l10n.t('Tensors of another run'),
      openLabel: l10n.t('Compare'),
      canSelectMany: false,
      filters: { [l10n.t('NumPy archives')]: ['npz'] },
      defaultUri: this.#lastFolder(),
    });
    const file = picked?.[0];
    return file ? { kind: 'file', path: file.fsPath } : null;
  }

  async #askForArchive(): Promise<Uri | undefined> {
    const { uri } = this.#document;
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
    return window.showSaveDialog({
      title: l10n.t('Export the tensors of this run'),
      filters: { [l10n.t('NumPy archives')]: ['npz'] },
      defaultUri: Uri.joinPath(this.#lastFolder(), `${name}.run.npz`),
    });
  }

  /** Where data was found last, else beside the model; a folder on disk. */
  #lastFolder(): Uri {
    const last = this.#workbench.memory.get<string>(LAST_FOLDER);
    if (last !== undefined) return Uri.parse(last);
    const { uri } = this.#document;
    return uri.scheme === 'file' ? Uri.joinPath(uri, '..') : (workspace.workspaceFolders?.[0]?.uri ?? Uri.file('/'));
  }

  dispose(): void {
    this.#trust.dispose();
    this.#child.dispose();
  }
}
