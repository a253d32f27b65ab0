import { AbstractMessageReader, AbstractMessageWriter, createMessageConnection } from 'vscode-jsonrpc/node';
import type { DataCallback, Message, MessageConnection } from 'vscode-jsonrpc/node';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DeviceSession } from '../../../../src/core/device/session';
import { SimulatedBoard } from '../../../../src/core/device/simulated/simulatedBoard';
import { answerer, caller } from '../../../../src/protocol/connection';
import type { DeviceState, MonitorNotifications, MonitorRequests, OpenDevice } from '../../../../src/protocol/device';
import { MonitorModel } from '../../../../webview-ui/deviceMonitor/monitorModel';

/** Two ends of a line inside this process; messages are copied as postMessage copies them. */
function makeLine(): [MessageConnection, MessageConnection] {
  const callbacks: DataCallback[] = [];
  const end = (own: number): MessageConnection => {
    class Reader extends AbstractMessageReader {
      listen(callback: DataCallback): { dispose: () => void } {
        callbacks[own] = callback;
        return { dispose: () => undefined };
      }
    }
    class Writer extends AbstractMessageWriter {
      write(message: Message): Promise<void> {
        const copy = structuredClone(message);
        queueMicrotask(() => callbacks[1 - own]?.(copy));
        return Promise.resolve();
      }
      end(): void {}
    }
    return createMessageConnection(new Reader(), new Writer());
  };
  return [end(0), end(1)];
}

const device: OpenDevice = { address: '/dev/ttyACM0', baudRate: 115_200, protocol: 'auto' };
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

/** Resolves when what should come about has. */
async function until(holds: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(holds()).toBe(true), { timeout: 10_000, interval: 5 });
}

const shown = (model: MonitorModel): Promise<void> => until(() => model.log.lines.length > 0);

function start(seconds: number): {
  model: MonitorModel;
  session: DeviceSession;
  talk: (milliseconds: number) => void;
  tell: (state: DeviceState) => void;
  asked: string[];
} {
  const [page, host] = makeLine();
  const session = new DeviceSession('auto');
  const board = new SimulatedBoard();
  const encoder = new TextEncoder();
  const started = Date.now() - seconds * 1000;
  for (let second = 0; second < seconds; second += 1) {
    session.receive(encoder.encode(board.advance(1000)), started + (second + 1) * 1000);
    session.takeBatch(started + (second + 1) * 1000 + 200);
  }
  const asked: string[] = [];
  const on = answerer<MonitorRequests, object>(host);
  on.onRequest('list', () => []);
  on.onRequest('snapshot', () => {
    asked.push('snapshot');
    return { ...session.snapshot(Date.now()), state: { kind: 'open', sinceMs: started }, device };
  });
  on.onRequest('searchLog', (query) => {
    asked.push(`search ${query.text}`);
    return session.search(query);
  });
  on.onRequest('write', () => {
    throw new Error('No board is connected.');
  });
  host.listen();
  const toPage = caller<object, MonitorNotifications>(host);
  const model = new MonitorModel({ connection: page, getState: () => undefined, setState: () => undefined });
  model.start();
  return {
    model,
    session,
    asked,
    talk: (milliseconds) => {
      session.receive(encoder.encode(board.advance(milliseconds)), Date.now());
      toPage.notify('batch', session.takeBatch(Date.now() + 200));
    },
    tell: (state) => toPage.notify('state', state),
  };
}

beforeEach(() => {
  vi.stubGlobal('document', { addEventListener: () => undefined, visibilityState: 'visible' });
});

describe('MonitorModel', () => {
  it('shows the present of a session that ran before the page opened, then what comes', async () => {
    const { model, session, talk } = start(10);
    await shown(model);
    expect(model.state.value.kind).toBe('open');
    expect(model.choice.value).toEqual(device);
    expect(model.series.value.map(({ name }) => name)).toEqual(['accX', 'accY', 'accZ']);
    expect(model.latest.value?.classes).toHaveLength(4);
    expect(model.results.latencies).toHaveLength(session.snapshot(0).latenciesMs.length);
    const before = model.log.lines.length;
    talk(500);
    await until(() => model.log.lines.length > before);
    const seqs = model.log.lines.map(({ seq }) => seq);
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(model.log.matches.value).toBe(
      session.search({ text: '', levels: ['raw', 'result', 'error', 'sent'], limit: 1 }).matches,
    );
  });

  it('freezes the view, not the session', async () => {
    const { model, talk } = start(3);
    await shown(model);
    model.togglePause();
    const [now, latest, lines] = [model.nowMs(), model.latest.value, model.log.lines.length];
    talk(1000);
    await settle();
    expect([model.nowMs(), model.latest.value, model.log.lines.length]).toEqual([now, latest, lines]);
    model.togglePause();
    talk(1000);
    await until(() => model.log.lines.length > lines + 20);
    await until(() => model.latest.value?.timeMs !== latest?.timeMs);
    expect(model.nowMs()).toBeGreaterThan(now);
  });

  it('narrows the log in the whole session and keeps narrowing what comes', async () => {
    const { model, talk } = start(5);
    await shown(model);
    const all = model.log.lines.length;
    model.log.narrow('ANOMALY', 'results');
    await until(() => model.log.lines.length < all);
    const found = model.log.lines.length;
    expect(found).toBeGreaterThan(30);
    talk(1000);
    await until(() => model.log.lines.length > found);
    expect(model.log.lines.every(({ text }) => text.toLowerCase().includes('anomaly'))).toBe(true);
    expect(model.log.matches.value).toBe(model.log.lines.length);
  });

  it('forgets one board when another is opened', async () => {
    const { model, tell, asked } = start(2);
    await shown(model);
    const times = asked.filter((name) => name === 'snapshot').length;
    tell({ kind: 'opening' });
    await until(() => asked.filter((name) => name === 'snapshot').length === times + 1);
    await shown(model);
  });

  it('says why an order failed', async () => {
    const { model } = start(1);
    await shown(model);
    expect(await model.send('x')).toBe(false);
    expect(model.refusal.value).toContain('No board is connected.');
  });
});
