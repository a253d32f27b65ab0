import { afterEach, describe, expect, it } from 'vitest';
import { startSimulatedBoard, whyNoSimulatedBoard } from '../../../../scripts/simulatedBoard.mjs';
import type { SimulatedBoardPort } from '../../../../scripts/simulatedBoard.mjs';
import type { DeviceSnapshot, OpenDevice } from '../../../../src/protocol/device';
import { forkDeviceChild } from './deviceChild';
import type { DeviceChild } from './deviceChild';

const whyNot = whyNoSimulatedBoard();
if (whyNot !== null) console.log(`skipped: ${whyNot}`);

const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(options?: { chatter?: boolean }): Promise<{
  board: SimulatedBoardPort;
  child: DeviceChild;
  device: OpenDevice;
}> {
  const board = await startSimulatedBoard(options);
  cleanUps.push(() => board.stop());
  const child = await forkDeviceChild();
  cleanUps.push(() => child.end());
  return { board, child, device: { address: board.path, baudRate: 115_200, protocol: 'auto' } };
}

const kinds = (child: DeviceChild): string[] => child.states.map(({ kind }) => kind);

describe.skipIf(whyNot !== null)('a board behind a PTY, read by the device child', () => {
  it('opens, understands, answers and closes', async () => {
    const { child, device } = await start();
    await child.requests.request('open', device);
    await child.until('five results', () => child.batches.flatMap(({ results }) => results).length >= 5);
    await child.requests.request('write', { text: 'AT+CONFIG?\r' });
    await child.until('the answer', () => child.batches.at(-1)?.totals.facts.atVersion === '1.8.0');
    const snapshot: DeviceSnapshot = await child.requests.request('snapshot', null);
    expect(snapshot.totals.detected).toBe('edge-impulse');
    expect(snapshot.series.map(({ name }) => name).sort()).toEqual(['accX', 'accY', 'accZ']);
    expect(snapshot.series[0]?.timesMs).toBeInstanceOf(Float64Array);
    expect(snapshot.device).toEqual(device);
    const sent = await child.requests.request('searchLog', { text: 'at+', levels: ['sent'], limit: 10 });
    expect(sent.lines.map(({ text }) => text)).toEqual(['AT+CONFIG?']);
    await child.requests.request('close', null);
    expect(kinds(child)).toEqual(['opening', 'open', 'closed']);
  });

  it('opens the last of several asked for at once', async () => {
    const { child, device } = await start();
    const first = child.requests.request('open', device).catch((error: unknown) => error);
    const second = child.requests.request('open', { ...device, protocol: 'log' });
    await Promise.all([first, second]);
    await child.until('data', () => child.lines().length > 20);
    const { state, device: opened } = await child.requests.request('snapshot', null);
    expect([state.kind, opened?.protocol]).toEqual(['open', 'log']);
  });

  it('waits when unplugged and goes on when plugged in again', async () => {
    const { board, child, device } = await start();
    await child.requests.request('open', device);
    await child.until('data', () => child.lines().length > 20);
    await board.unplug();
    await child.until('waiting', () => kinds(child).at(-1) === 'waiting');
    await board.replug();
    await child.until('open again', () => kinds(child).at(-1) === 'open');
    const before = child.lines().length;
    await child.until('more data', () => child.lines().length > before + 20);
    expect(kinds(child)).toEqual(['opening', 'open', 'waiting', 'open']);
    expect(child.lines().map(({ seq }) => seq)).toEqual(child.lines().map((_, index) => index));
  });

  it('can be closed while it waits', async () => {
    const { board, child, device } = await start();
    await child.requests.request('open', device);
    await board.unplug();
    await child.until('waiting', () => kinds(child).at(-1) === 'waiting');
    await child.requests.request('close', null);
    await board.replug();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(kinds(child).at(-1)).toBe('closed');
  });

  it('loses nothing of 3 s at 1 Mbit/s', async () => {
    const { board, child, device } = await start({ chatter: false });
    await child.requests.request('open', device);
    const count = 375_000;
    await board.flood(count, 125_000);
    await child.until('every byte', () => (child.batches.at(-1)?.totals.bytes ?? 0) >= count);
    await child.requests.request('close', null);
    expect(child.batches.at(-1)?.totals.bytes).toBe(count);
    const points = child.batches.flatMap(({ series }) => series).reduce((sum, { values }) => sum + values.length, 0);
    const telemetry = child.lines().filter(({ text }) => /^>load:-?\d+\.\d{3}$/.test(text));
    expect(points).toBeGreaterThanOrEqual(telemetry.length - 1); // the first line counts as joined halfway
    expect(child.lines().map(({ seq }) => seq)).toEqual(child.lines().map((_, index) => index));
    expect(child.lines().reduce((sum, { text }) => sum + text.length + 1, 0)).toBe(count);
  });

  it('has its death noticed by who asked', async () => {
    const { child, device } = await start();
    await child.requests.request('open', device);
    const ended = new Promise((resolve) => child.process.once('exit', (_code, signal) => resolve(signal)));
    child.process.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    await expect(child.requests.request('snapshot', null)).rejects.toThrow();
  });
});
