import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { build } from 'esbuild';
import 'vscode-jsonrpc/node';
import { caller } from '../../../../src/protocol/connection';
import type { Caller } from '../../../../src/protocol/connection';
import type {
  DeviceBatch,
  DeviceNotifications,
  DeviceRequests,
  DeviceState,
  LogLine,
} from '../../../../src/protocol/device';
import { answerer } from '../../../../src/protocol/connection';
import { connectProcess } from '../../../../src/protocol/processPort';

const root = path.resolve(import.meta.dirname, '../../../..');

/** The device role alone, as the engine's main starts it. */
const ENTRY = `
import 'vscode-jsonrpc/node';
import { connectProcess } from './src/protocol/processPort';
import { startDevice } from './src/node/engine/device';
process.on('disconnect', () => process.exit(0));
const connection = connectProcess(process);
startDevice(connection);
connection.listen();
`;

let bundled: Promise<string> | undefined;

async function bundle(): Promise<string> {
  const outfile = path.join(root, 'out', 'test', `deviceChild-${process.pid}.cjs`);
  await build({
    stdin: { contents: ENTRY, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['serialport'],
    logLevel: 'error',
  });
  return outfile;
}

export interface DeviceChild {
  readonly process: ChildProcess;
  readonly requests: Caller<DeviceRequests, object>;
  readonly states: DeviceState[];
  readonly batches: DeviceBatch[];
  /** All lines so far. */
  lines(): LogLine[];
  /** Resolves as soon as `holds`, rejects when it does not for 10 s. */
  until(what: string, holds: () => boolean): Promise<void>;
  end(): Promise<void>;
}

/** Forks a device child and collects what it tells. */
export async function forkDeviceChild(): Promise<DeviceChild> {
  bundled ??= bundle();
  const child = fork(await bundled, [], { serialization: 'advanced', execArgv: [] });
  const connection = connectProcess(child);
  const states: DeviceState[] = [];
  const batches: DeviceBatch[] = [];
  const on = answerer<object, DeviceNotifications>(connection);
  on.onNotification('state', (state) => states.push(state));
  on.onNotification('batch', (batch) => batches.push(batch));
  connection.listen();
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    process: child,
    requests: caller(connection),
    states,
    batches,
    lines: () => batches.flatMap(({ lines }) => lines),
    until: async (what, holds) => {
      const deadline = Date.now() + 10_000;
      while (!holds()) {
        if (Date.now() > deadline) throw new Error(`waited 10 s for: ${what}; states ${JSON.stringify(states)}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    end: async () => {
      connection.dispose();
      child.kill();
      await exited;
    },
  };
}
