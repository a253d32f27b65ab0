import { Uri } from 'vscode';
import type { ExtensionContext, Memento } from 'vscode';
import type { Disposable } from './disposable';
import type { Board } from '../core/targets/board';
import type { Caller } from '../protocol/connection';
import type { InspectorRequests } from '../protocol/engine';
import { BackgroundInspector } from './engine/backgroundInspector';
import { EngineProcess } from './engine/engineProcess';
import type { EngineOptions, EngineRole } from './engine/engineProcess';
import { log } from './log';
import { DeviceClient } from './monitor/deviceClient';
import { MonitorPanel } from './monitor/monitorPanel';
import { ReportPanels } from './report/reportPanels';
import { ReportStore } from './report/reportStore';
import { BoardSuggestions } from './targets/boardSuggestions';
import { UserBoards } from './targets/userBoards';
import { DevicesView } from './views/devicesView';

/**
 * What commands, editors and views share, each made once. Nothing here starts a process: children are forked by their
 * first request.
 */
export class Workbench implements Disposable {
  readonly extensionUri: Uri;
  /** A folder of ours on disk, for copies of models that are not files. */
  readonly storage: Uri;
  readonly memory: Memento;
  readonly inspector: Pick<Caller<InspectorRequests, object>, 'request'>;
  /** For models that nobody looks at. */
  readonly background: BackgroundInspector;
  readonly jobEngine: EngineOptions;
  readonly reports: ReportPanels;
  readonly device: DeviceClient;
  readonly devices: DevicesView;
  readonly monitor: MonitorPanel;
  readonly userBoards: UserBoards;
  readonly suggestions: BoardSuggestions;
  readonly #disposables: Disposable[];
  #boards: Promise<readonly Board[]> | undefined;

  constructor(context: ExtensionContext) {
    this.extensionUri = context.extensionUri;
    this.storage = context.storageUri ?? context.globalStorageUri;
    this.memory = context.workspaceState;
    const engine = (role: EngineRole): EngineOptions => ({
      script: Uri.joinPath(context.extensionUri, 'dist', 'engine.js').fsPath,
      role,
      log: (line) => log().info(`[${role}] ${line}`),
      codeCache: Uri.joinPath(context.globalStorageUri, 'code').fsPath,
    });
    const inspector = new EngineProcess<InspectorRequests, object, object>(engine('inspector'));
    this.inspector = inspector;
    this.background = new BackgroundInspector(engine('inspector'));
    this.jobEngine = engine('job');
    this.reports = new ReportPanels(context.extensionUri, new ReportStore(this.storage));
    this.device = new DeviceClient(engine('device'));
    this.devices = new DevicesView(this.device, context.workspaceState);
    this.monitor = new MonitorPanel(context.extensionUri, this.device);
    this.userBoards = new UserBoards();
    this.suggestions = new BoardSuggestions(context.workspaceState, () => this.boards());
    this.#disposables = [
      this.userBoards,
      this.monitor,
      this.devices,
      this.device,
      this.reports,
      this.background,
      inspector,
    ];
  }

  /** Boards of the workspace first, then those of the catalog that it does not describe anew. */
  async boards(): Promise<readonly Board[]> {
    this.#boards ??= this.inspector.request('boards', null);
    const [own, known] = await Promise.all([this.userBoards.all(), this.#boards.catch((): readonly Board[] => [])]);
    if (known.length === 0) this.#boards = undefined;
    return [...own, ...known.filter((board) => own.every(({ id }) => id !== board.id))];
  }

  /** A board's name for people; its id when the catalog cannot be asked or does not have it. */
  async boardName(id: string): Promise<string> {
    return (await this.boards()).find((board) => board.id === id)?.name ?? id;
  }

  dispose(): void {
    for (const item of this.#disposables) item.dispose();
  }
}
