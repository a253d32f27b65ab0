import { fork, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import 'vscode-jsonrpc/node';
import { startSimulatedBoard, whyNoSimulatedBoard } from '../../scripts/simulatedBoard.mjs';
import { DeviceSession } from '../../src/core/device/session';
import { floodBytes } from '../../src/core/device/simulated/floodLines';
import { answerer, caller } from '../../src/protocol/connection';
import type { DeviceNotifications, DeviceRequests } from '../../src/protocol/device';
import { connectProcess } from '../../src/protocol/processPort';
import { median, report, timesMs } from './figure';

/** A board that talks at 1 Mbit/s: what is lost between its serial device and the extension host, and what it costs. */

const BYTES_PER_SECOND = 125_000;
const SECONDS = 10;
const PATIENCE_MS = 5000;
const CHUNK = 4096;

/** What one reads of a process on Linux, in clock ticks. */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

function ticksPerSecond(): number {
  return Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout) || 100;
}

async function throughPty(): Promise<void> {
  const board = await startSimulatedBoard({ chatter: false });
  const child = fork(path.resolve('dist', 'engine.js'), ['device'], { serialization: 'advanced', execArgv: [] });
  const connection = connectProcess(child);
  const host = answerer<object, DeviceNotifications>(connection);
  const requests = caller<DeviceRequests, object>(connection);
  const count = BYTES_PER_SECOND * SECONDS;
  const delays: number[] = [];
  let bytes = 0;
  let lines = 0;
  let gaps = 0;
  let largest = 0;
  host.onNotification('batch', (batch) => {
    const now = Date.now();
    for (const { seq } of batch.lines) gaps += seq === lines++ ? 0 : 1;
    largest = Math.max(largest, batch.lines.length);
    bytes = batch.totals.bytes;
    const [oldest] = batch.lines;
    if (oldest) delays.push(now - oldest.timeMs);
  });
  host.onNotification('state', () => undefined);
  connection.listen();
  try {
    await requests.request('open', { address: board.path, baudRate: 1_000_000, protocol: 'auto' });
    const before = { ticks: ticksOf(child.pid!), own: process.cpuUsage(), ms: performance.now() };
    await board.flood(count, BYTES_PER_SECOND);
    const seconds = (performance.now() - before.ms) / 1000;
    for (const end = Date.now() + PATIENCE_MS; bytes < count && Date.now() < end;) await pause(20);
    const childSeconds = (ticksOf(child.pid!) - before.ticks) / ticksPerSecond();
    const own = process.cpuUsage(before.own);
    console.log(`sent ${count} bytes in ${seconds.toFixed(1)} s; ${lines} lines, at most ${largest} in a batch`);
    report('lost of 10 s at 1 Mbit/s', [count - bytes], 'bytes', { target: { atMost: 0 } });
    report('gaps in the line numbers', [gaps], 'gaps', { target: { atMost: 0 } });
    report('CPU of the device process', [(100 * childSeconds) / seconds], '% of a core');
    report('CPU at the host end', [(100 * (own.user + own.system)) / 1e6 / seconds], '% of a core');
    report('oldest line of a batch, read to host', delays, 'ms');
    console.log(`  95 % within ${delays.toSorted((a, b) => a - b)[Math.floor(0.95 * delays.length)] ?? 0} ms`);
  } finally {
    connection.dispose();
    child.kill();
    await board.stop();
  }
}

/** MB/s of the session alone; 1 Mbit/s is 0.125. */
function parseSpeed(name: string, bytes: Uint8Array): void {
  const times = timesMs(5, () => {
    const session = new DeviceSession('auto');
    let batchAtMs = 0;
    for (let at = 0; at < bytes.length; at += CHUNK) {
      const timeMs = (at / BYTES_PER_SECOND) * 1000;
      session.receive(bytes.subarray(at, at + CHUNK), timeMs);
      if (timeMs < batchAtMs) continue;
      session.takeBatch(timeMs);
      batchAtMs = timeMs + 34;
    }
  });
  report(`session alone, ${name}`, [bytes.length / 1e3 / median(times)], 'MB/s', { target: { atLeast: 0.125 } });
}

const inferences = new TextEncoder().encode(
  Array.from({ length: 30_000 }, (_, i) =>
    [
      'Predictions (DSP: 12 ms., Classification: 7 ms., Anomaly: 1 ms.): ',
      `    idle: \t${((i % 10) / 10).toFixed(5)}`,
      `    wave: \t${(1 - (i % 10) / 10).toFixed(5)}`,
      '    anomaly score: -0.125',
      '',
    ].join('\r\n'),
  ).join(''),
);
parseSpeed('telemetry and log', floodBytes(4_000_000));
parseSpeed('Edge Impulse results', inferences);

const whyNot = process.platform === 'linux' ? whyNoSimulatedBoard() : 'CPU shares are read from /proc';
if (whyNot === null) await throughPty();
else console.log(`skipped the board behind a PTY: ${whyNot}`);
