import { signal } from '@preact/signals';
import { answerer, caller, type Caller } from '../../src/protocol/connection';
import type {
  DeviceBatch,
  DeviceSnapshot,
  DeviceState,
  DeviceTotals,
  InferenceView,
  LogLine,
  MonitorNotifications,
  MonitorRequests,
  OpenDevice,
  PortView,
} from '../../src/protocol/device';
import { describeFailure } from '../shared/Resource';
import type { WebviewPort } from '../shared/webviewPort';
import { LogModel } from './logModel';
import { readChoice } from './monitorChoice';
import { ResultHistory } from './resultHistory';
import { SeriesHistory, type SeriesInfo } from './seriesHistory';

/** How often text changes: faster cannot be read. The plot is drawn once a frame all the same. */
const PUBLISH_MS = 100;

/** What the page knows, and what can be asked of it. The plot and the strip read the histories once a frame. */
export class MonitorModel {
  readonly ports = signal<readonly PortView[] | null>(null);
  readonly state = signal<DeviceState>({ kind: 'closed' });
  readonly totals = signal<DeviceTotals | null>(null);
  /** What the pickers show, and Connect opens. */
  readonly choice = signal<OpenDevice>(readChoice(null));
  readonly paused = signal(false);
  readonly series = signal<readonly SeriesInfo[]>([]);
  /** The newest result, or the one at which the view was paused. */
  readonly latest = signal<InferenceView | null>(null);
  /** Grows when figures that are made of the histories may have changed. */
  readonly figures = signal(0);
  /** Why the last order failed. */
  readonly refusal = signal<string | null>(null);
  readonly plot = new SeriesHistory();
  readonly results = new ResultHistory();
  readonly log: LogModel;
  readonly #requests: Caller<MonitorRequests, object>;
  readonly #port: WebviewPort;
  #synced = false;
  /** The page's clock minus the session's, which may run on another machine. */
  #clockOffset = Infinity;
  #pausedAtMs = 0;
  #newestTotals: DeviceTotals | null = null;
  #newestResult: InferenceView | null = null;
  #lines: LogLine[] = [];
  #publishing: ReturnType<typeof setTimeout> | undefined;
  #publishedAtMs = 0;

  constructor(port: WebviewPort) {
    this.#port = port;
    this.#requests = caller(port.connection);
    this.log = new LogModel((query) => this.#requests.request('searchLog', query));
    this.choice.value = readChoice(port.getState());
    const on = answerer<object, MonitorNotifications>(port.connection);
    on.onNotification('batch', (batch) => this.#take(batch));
    on.onNotification('state', (state) => this.#onState(state));
    on.onNotification('ports', (ports) => {
      this.ports.value = ports;
    });
  }

  start(): void {
    this.#port.connection.listen();
    this.refresh();
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.refresh();
    });
  }

  /** Asks for the present: the page was hidden, or is new. */
  refresh(): void {
    this.#synced = false;
    this.#requests.request('list', null).then(
      (ports) => (this.ports.value = ports),
      () => (this.ports.value = []),
    );
    this.#requests.request('snapshot', null).then(
      (snapshot) => this.#show(snapshot),
      (error: unknown) => {
        const { message, reason } = describeFailure(error);
        this.state.value = { kind: 'failed', reason, message };
      },
    );
  }

  /** Epoch milliseconds of the session's clock: the right edge of the plot. Stands still while paused or closed. */
  nowMs(): number {
    if (this.paused.value) return this.#pausedAtMs;
    const { kind } = this.state.value;
    const last = this.#newestTotals?.lastByteMs ?? Date.now();
    if (!Number.isFinite(this.#clockOffset) || kind === 'closed' || kind === 'failed') return last;
    return Date.now() - this.#clockOffset;
  }

  /** Milliseconds without a byte while connected; 0 otherwise. */
  silentMs(): number {
    const state = this.state.value;
    if (state.kind !== 'open' || this.paused.value) return 0;
    const offset = Number.isFinite(this.#clockOffset) ? this.#clockOffset : 0;
    return Date.now() - offset - Math.max(state.sinceMs, this.#newestTotals?.lastByteMs ?? 0);
  }

  choose(change: Partial<OpenDevice>): void {
    this.choice.value = { ...this.choice.value, ...change };
    this.#port.setState(this.choice.value);
    if (this.state.value.kind === 'open' || this.state.value.kind === 'waiting') this.connect();
  }

  /** Connects to what was typed. */
  connectTo(address: string): void {
    this.choice.value = { ...this.choice.value, address };
    this.#port.setState(this.choice.value);
    this.connect();
  }

  connect(): void {
    // What went wrong comes as a state.
    void this.#order(() => this.#requests.request('open', this.choice.value), false);
  }

  disconnect(): void {
    void this.#order(() => this.#requests.request('close', null), true);
  }

  startSimulatedBoard(): void {
    void this.#order(() => this.#requests.request('startSimulatedBoard', null), true);
  }

  /** True when it left. */
  send(text: string): Promise<boolean> {
    return this.#order(() => this.#requests.request('write', { text }), true);
  }

  copy(text: string): void {
    void this.#order(() => this.#requests.request('copyText', { text }), true);
  }

  togglePause(): void {
    const paused = !this.paused.value;
    if (paused) this.#pausedAtMs = this.nowMs();
    this.paused.value = paused;
    this.log.pause(paused);
    if (!paused) this.#publish();
  }

  async #order(request: () => Promise<null>, tell: boolean): Promise<boolean> {
    try {
      await request();
      this.refusal.value = null;
      return true;
    } catch (error) {
      if (tell) this.refusal.value = describeFailure(error).message;
      return false;
    }
  }

  #onState(state: DeviceState): void {
    this.state.value = state;
    if (state.kind !== 'opening') return;
    this.#forget();
    // Somebody else may have opened another device: the pickers follow.
    this.refresh();
  }

  #forget(): void {
    this.plot.clear();
    this.results.clear();
    this.log.clear();
    this.series.value = [];
    this.latest.value = null;
    this.totals.value = null;
    this.#newestResult = null;
    this.#newestTotals = null;
    this.#lines = [];
    this.paused.value = false;
    this.log.pause(false);
    this.refusal.value = null;
    this.#clockOffset = Infinity;
  }

  #show(snapshot: DeviceSnapshot): void {
    this.#synced = true;
    this.state.value = snapshot.state;
    if (snapshot.device) {
      this.choice.value = snapshot.device;
      this.#port.setState(snapshot.device); // after a reload of the window, Connect leads there again
    }
    this.plot.clear();
    this.results.clear();
    const timed = snapshot.results.filter(({ timing }) => Object.values(timing).some((ms) => ms > 0)).length;
    this.results.add([], snapshot.latenciesMs.slice(0, Math.max(0, snapshot.latenciesMs.length - timed)));
    this.#lines = [];
    this.#take({ ...snapshot, lines: [] });
    this.series.value = this.plot.list();
    this.#publish();
    this.log.refresh();
  }

  #take({ lines, results, series, totals }: DeviceBatch): void {
    if (!this.#synced) return;
    if (totals.lastByteMs !== null && totals.bytes !== this.#newestTotals?.bytes) {
      this.#clockOffset = Math.min(this.#clockOffset, Date.now() - totals.lastByteMs);
    }
    this.#newestTotals = totals;
    this.#newestResult = results.at(-1) ?? this.#newestResult;
    if (this.plot.add(series)) this.series.value = this.plot.list();
    this.results.add(results);
    for (const line of lines) this.#lines.push(line);
    const waitMs = this.#publishedAtMs + PUBLISH_MS - Date.now();
    this.#publishing ??= setTimeout(() => this.#publish(), Math.max(0, waitMs));
  }

  #publish(): void {
    clearTimeout(this.#publishing);
    this.#publishing = undefined;
    this.#publishedAtMs = Date.now();
    this.totals.value = this.#newestTotals;
    this.log.add(this.#lines);
    this.#lines = [];
    if (this.paused.value) return;
    this.latest.value = this.#newestResult;
    this.figures.value += 1;
  }
}
