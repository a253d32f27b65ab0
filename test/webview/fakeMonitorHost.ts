/**
 * Stands in for VS Code and the device child inside the monitor's page: a real session fed by the simulated board, in
 * real time, after as many seconds of its past as the scenario asks for.
 */
import { DeviceSession } from '../../src/core/device/session';
import { SimulatedBoard } from '../../src/core/device/simulated/simulatedBoard';
import type { DeviceState, LogQuery, OpenDevice, PortView } from '../../src/protocol/device';

/** What a picture needs; set by the test before the page loads. */
interface MonitorScenario {
  readonly ports: readonly PortView[];
  readonly device: OpenDevice | null;
  readonly state: DeviceState;
  /** Seconds of data before the page opens; 0 for a board that says nothing. */
  readonly seconds: number;
  /** The board goes on talking. */
  readonly live: boolean;
  /** Text in place of the simulated board's. */
  readonly text: string | null;
}

interface Call {
  readonly id?: number;
  readonly method: string;
  readonly params?: unknown;
}

interface TestWindow {
  monitor: MonitorScenario;
  notify: (method: string, params: unknown) => void;
  calls: Call[];
  acquireVsCodeApi: () => unknown;
}

const STEP_MS = 32;
const page = window as unknown as TestWindow;
const { monitor } = page;
const session = new DeviceSession(monitor.device?.protocol ?? 'auto');
const board = new SimulatedBoard();
const encoder = new TextEncoder();

const started = Date.now();
for (let ageMs = monitor.seconds * 1000; ageMs > 0; ageMs -= STEP_MS) {
  const text = monitor.text ?? board.advance(STEP_MS);
  session.receive(encoder.encode(text), started - ageMs);
  session.takeBatch(started - ageMs);
}
if (monitor.live) {
  let last = started; // the past took a while to make
  setInterval(() => {
    const now = Date.now();
    session.receive(encoder.encode(board.advance(now - last)), now);
    last = now;
    post({ jsonrpc: '2.0', method: 'batch', params: session.takeBatch(now) });
  }, STEP_MS);
}

const answers: Readonly<Record<string, (params: unknown) => unknown>> = {
  list: () => monitor.ports,
  snapshot: () => ({ ...session.snapshot(Date.now()), state: monitor.state, device: monitor.device }),
  searchLog: (query) => session.search(query as LogQuery),
  write: (params) => {
    const { text } = params as { text: string };
    session.sent(text, Date.now());
    board.receive(text);
    return null;
  },
};

page.calls = [];
page.notify = (method, params) => post({ jsonrpc: '2.0', method, params });
page.acquireVsCodeApi = () => ({
  getState: () => undefined,
  setState: () => undefined,
  postMessage: (call: Call) => {
    page.calls.push(call);
    if (call.id === undefined) return;
    const result = answers[call.method]?.(paramsOf(call)) ?? null;
    setTimeout(() => post({ jsonrpc: '2.0', id: call.id, result }));
  },
});

/** A request with a place for a cancellation token sends its parameters by position. */
function paramsOf({ params }: Call): unknown {
  return Array.isArray(params) ? (params as readonly unknown[])[0] : params;
}

/** As VS Code does: a copy, which keeps typed arrays. */
function post(message: object): void {
  window.postMessage(structuredClone(message));
}

const bundle = document.createElement('script');
bundle.nonce = 'test';
bundle.src = '/deviceMonitor.js';
document.body.append(bundle);
