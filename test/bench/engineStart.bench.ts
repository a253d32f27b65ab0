import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import 'vscode-jsonrpc/node';
import { caller } from '../../src/protocol/connection';
import type { InspectorRequests } from '../../src/protocol/engine';
import { connectProcess } from '../../src/protocol/processPort';
import { int8ConvDense } from '../fixtures/tfliteBuilder';
import { benchFolder, residualOnnx } from './benchModels';
import { median, report } from './figure';

/**
 * What the first opened model waits for: a new inspector, with and without the compiled code that an earlier one left.
 * CPU is that of its main thread, which a busy machine does not stretch; only Linux tells.
 */

const ROUNDS = 9;
const PATIENCE_MS = 20_000;

interface Start {
  readonly startedMs: number;
  readonly openedMs: number;
  readonly cpuMs: number;
}

/** From fork to the answers that an editor asks for first. With `lingers` it is left alone until it has kept its code. */
async function start(file: string, codeCache: string | null, lingers = false): Promise<Start> {
  const env = { ...process.env, ...(codeCache === null ? {} : { TINYML_CODE_CACHE: codeCache }) };
  const from = performance.now();
  const script = path.resolve('dist', 'engine.js');
  const child = fork(script, ['inspector'], { serialization: 'advanced', execArgv: [], env });
  const connection = connectProcess(child);
  const inspector = caller<InspectorRequests, object>(connection);
  connection.listen();
  await inspector.request('runtimes', null);
  const startedMs = performance.now() - from;
  const model = { path: file, name: path.basename(file) };
  await inspector.request('overview', { file: model });
  await inspector.request('graph', { file: model, graph: 0 });
  await inspector.request('profile', { file: model, graph: 0, board: 'nano33ble', runtime: 'tflm' });
  const openedMs = performance.now() - from;
  const cpuMs = cpuOf(child.pid!);
  for (let waited = 0; lingers && codeCache !== null && waited < PATIENCE_MS; waited += 100) {
    await pause(100);
    if (readdirSync(codeCache).length > 0) break;
  }
  child.kill('SIGKILL');
  connection.dispose();
  return { startedMs, openedMs, cpuMs };
}

function cpuOf(pid: number): number {
  if (process.platform !== 'linux') return NaN;
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

async function compare(name: string, file: string): Promise<void> {
  const codeCache = mkdtempSync(path.join(benchFolder, 'code-'));
  await start(file, codeCache, true);
  const plain: Start[] = [];
  const kept: Start[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(await start(file, null));
    kept.push(await start(file, codeCache));
  }
  rmSync(codeCache, { recursive: true });
  const on = `${name}, Node ${process.version}`;
  for (const [what, key] of [
    ['fork to the first answer', 'startedMs'],
    ['fork to an opened model', 'openedMs'],
    ['CPU of that', 'cpuMs'],
  ] as const) {
    const without = median(plain.map((one) => one[key]));
    if (Number.isNaN(without)) continue;
    report(
      `${what}, ${on}`,
      kept.map((one) => one[key]),
      'ms',
      {
        baseline: { name: 'nothing kept', value: without },
      },
    );
  }
}

mkdirSync(benchFolder, { recursive: true });
const tflite = path.join(benchFolder, 'start.tflite');
writeFileSync(tflite, int8ConvDense().bytes());
await compare('a small .tflite', tflite);
const onnx = path.join(benchFolder, 'start.onnx');
writeFileSync(onnx, residualOnnx(200));
await compare('an .onnx of 200 operators', onnx);
