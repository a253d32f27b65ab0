import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from '../runCommand.mjs';
import { ensureCodeServer } from './codeServerInstall.mjs';
import { startGuarded } from '../guardedProcess.mjs';

const startTimeoutMs = 30_000;

/** Keep VS Code from showing or moving anything that a test or a demonstration did not ask for. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.reduceMotion': 'on',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
};

/**
 * @typedef {object} Profile
 * @property {string} userDataDir
 * @property {string} extensionsDir
 */

/**
 * Starts VS Code's server on 127.0.0.1 and waits until it answers.
 * @param {Profile & {port?: number, settings?: object, smokeTestDriver?: boolean, workspaceTrust?: boolean, env?: NodeJS.ProcessEnv,
 *   onOutput?: (text: string) => void}} options
 *   `port` 0 takes a free one; `settings` win over the profile's own; `smokeTestDriver` lets a page run test suites in the
 *   extension host, but silences notifications and dialogs; with `workspaceTrust` folders are not trusted from the start
 * @returns {Promise<{url: string, port: number, exited: Promise<number | null>, stop: () => Promise<void>}>}
 */
export async function startCodeServer({
  port = 0,
  settings = {},
  smokeTestDriver = false,
  workspaceTrust = false,
  env = {},
  onOutput,
  ...profile
}) {
  const { node, entry } = await ensureCodeServer();
  await writeSettings(profile.userDataDir, settings);
  const temporary = await mkdtemp(path.join(tmpdir(), 'code-server-')); // short: it holds sockets, whose paths are limited
  const args = [
    entry,
    ...(await commonArguments(profile, temporary)),
    ...serverArguments(port, temporary, smokeTestDriver),
    ...(workspaceTrust ? [] : ['--disable-workspace-trust']),
  ];
  let output = '';
  /** @param {string} text */
  const listen = (text) => {
    output += text;
    onOutput?.(text);
  };
  const server = startGuarded(node, args, { env: { ...environment(temporary), ...env }, onOutput: listen });
  const stop = async () => {
    await server.stop();
    await removeFolder(temporary);
  };
  try {
    const boundPort = await waitForPort(() => output, server.exited);
    const url = `http://127.0.0.1:${boundPort}`;
    await waitUntilHealthy(url);
    return { url, port: boundPort, exited: server.exited, stop };
  } catch (error) {
    await stop();
    throw new Error(`code-server did not start:\n${output.slice(-2000)}`, { cause: error });
  }
}

/** Installs a packaged extension into a profile, as a user would. @param {string} vsix @param {Profile} profile */
export async function installExtension(vsix, profile) {
  const { node, entry } = await ensureCodeServer();
  const temporary = await mkdtemp(path.join(tmpdir(), 'code-server-'));
  try {
    const args = [entry, ...(await commonArguments(profile, temporary)), '--install-extension', vsix, '--force'];
    const output = await runCommand(node, args, { env: environment(temporary) });
    if (!output.includes('was successfully installed')) throw new Error(`${vsix} was not installed:\n${output}`);
  } finally {
    await removeFolder(temporary);
  }
}

/** Removes a folder that a server may still be writing to: its children linger for a moment. @param {string} folder */
export function removeFolder(folder) {
  return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

/** @param {Profile} profile @param {string} temporary */
async function commonArguments({ userDataDir, extensionsDir }, temporary) {
  const config = path.join(temporary, 'config.yaml'); // without one, it writes a password into the user's home
  await writeFile(config, 'auth: none\n');
  return ['--config', config, '--user-data-dir', userDataDir, '--extensions-dir', extensionsDir];
}

/** @param {number} port @param {string} temporary @param {boolean} smokeTestDriver */
function serverArguments(port, temporary, smokeTestDriver) {
  return [
    ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--session-socket', path.join(temporary, 'session.sock')],
    ...['--disable-telemetry', '--disable-update-check'],
    ...['--disable-getting-started-override', '--ignore-last-opened'],
    ...(smokeTestDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
}

/** Our environment without what would make the server think it runs inside another editor. @param {string} temporary */
function environment(temporary) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|PORT$)/.test(name),
  );
  return { ...Object.fromEntries(inherited), TMPDIR: temporary, EXTENSIONS_GALLERY: '{"serviceUrl":""}' };
}

/** @param {string} userDataDir @param {object} settings */
async function writeSettings(userDataDir, settings) {
  const file = path.join(userDataDir, 'User', 'settings.json');
  const existing = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ ...quietSettings, ...existing, ...settings }, null, 2)}\n`);
}

/** @param {() => string} output @param {Promise<unknown>} exited @returns {Promise<number>} */
async function waitForPort(output, exited) {
  let gone = false;
  void exited.then(() => (gone = true));
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline && !gone; await delay(50)) {
    const listening = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(output());
    if (listening) return Number(listening[1]);
  }
  throw new Error(gone ? 'it exited' : `no port after ${startTimeoutMs / 1000} s`);
}

/** @param {string} url */
async function waitUntilHealthy(url) {
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; await delay(50)) {
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error(`no answer after ${startTimeoutMs / 1000} s`);
}
