import 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc';
import { connectProcess } from '../../protocol/processPort';

/** One bundle, three roles. Each is loaded only in its own process: natives of one never weigh on another. */
const ROLES: Readonly<Record<string, (connection: MessageConnection) => Promise<void>>> = {
  inspector: async (connection) => {
    (await import('./inspector')).startInspector(connection);
  },
  job: async (connection) => {
    (await import('./job')).startJob(connection);
  },
  device: async (connection) => {
    (await import('./device')).startDevice(connection);
  },
};

async function start(): Promise<void> {
  const role = process.argv[2] ?? '';
  const startRole = ROLES[role];
  if (!startRole || !process.send) {
    process.stderr.write(`engine: forked by the extension with a role: ${Object.keys(ROLES).join(', ')}\n`);
    process.exit(2);
  }
  // The editor closed or crashed: nobody is left to work for.
  process.on('disconnect', () => process.exit(0));
  const connection = connectProcess(process);
  await startRole(connection);
  connection.listen();
}

/** Takes on the role this process was forked with, and listens to its parent from then on. */
export function startEngine(): Promise<void> {
  return start().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  });
}
