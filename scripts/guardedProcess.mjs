/**
 * A process that cannot outlive us. It runs under a guard that leads a process group of its own and holds our end of a
 * pipe: when we stop it, exit, crash or are killed, the pipe closes and the guard ends the whole group. A signal handler
 * alone would leave an editor server, its extension host and their children behind after a SIGKILL.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const graceMs = 2000;
const thisFile = fileURLToPath(import.meta.url);

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, onOutput?: (text: string) => void}} [options]
 * @returns {{exited: Promise<number | null>, stop: () => Promise<void>}}
 *   `exited` gives the exit code; `stop` ends the process with all it started and resolves when they are gone
 */
export function startGuarded(command, args, { cwd, env, onOutput } = {}) {
  const guard = spawn(process.execPath, [thisFile, command, ...args], { cwd, env, detached: true, stdio: 'pipe' });
  for (const stream of [guard.stdout, guard.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => onOutput?.(text));
  }
  guard.stdin.on('error', () => {}); // the guard went first
  /** @type {Promise<number | null>} */
  const exited = once(guard, 'close').then(([code]) => {
    killGroup(/** @type {number} */ (guard.pid), 'SIGKILL');
    return code;
  });
  const stop = async () => {
    guard.stdin.end();
    await exited;
  };
  return { exited, stop };
}

/** The guard itself: runs the command given to it as arguments until that ends or our parent's pipe closes. */
function guardCommand() {
  const [command, ...args] = process.argv.slice(2);
  const child = spawn(/** @type {string} */ (command), args, { stdio: ['ignore', 'inherit', 'inherit'] });
  child.on('error', (error) => {
    console.error(error.message);
    process.exit(127);
  });
  child.on('exit', (code) => process.exit(code ?? 1));
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => {});
  process.stdin.resume().on('close', () => {
    killGroup(process.pid, 'SIGTERM');
    setTimeout(() => killGroup(process.pid, 'SIGKILL'), graceMs);
  });
}

/** @param {number} leader @param {NodeJS.Signals} signal */
function killGroup(leader, signal) {
  try {
    if (process.platform !== 'win32') process.kill(-leader, signal);
    else if (signal === 'SIGKILL') spawn('taskkill', ['/pid', String(leader), '/T', '/F'], { stdio: 'ignore' });
  } catch {
    // the group is already empty
  }
}

if (process.argv[1] === thisFile) guardCommand();
