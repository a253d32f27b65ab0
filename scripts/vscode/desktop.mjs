import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { toolsFolder } from '../paths.mjs';
import { findOnPath } from './findOnPath.mjs';

/** A download that is silent for so long does not come. */
const downloadTimeoutMs = 4000;

/**
 * The executable of a desktop VS Code, when there is a screen to show it on: VSCODE_EXECUTABLE, else the installed one,
 * else a downloaded one. The executable rather than the `code` script: that one starts the editor and forgets it, so that
 * nobody could stop it.
 * @returns {Promise<string | undefined>}
 */
export async function findDesktop() {
  if (!hasDisplay()) return undefined;
  const named = process.env.VSCODE_EXECUTABLE;
  if (named && !existsSync(named)) throw new Error(`VSCODE_EXECUTABLE names ${named}, which does not exist.`);
  return named ?? installedDesktop() ?? (await downloadedDesktop());
}

function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}

function installedDesktop() {
  const script = findOnPath('code');
  if (!script) return undefined;
  const bin = path.dirname(realpathSync(script));
  const candidates = [
    path.join(bin, '..', 'code'), // Linux: /usr/share/code/bin/code -> /usr/share/code/code
    path.join(bin, '..', 'Code.exe'),
    path.join(bin, '..', '..', '..', 'MacOS', 'Code'), // .../Contents/Resources/app/bin/code
    path.join(bin, '..', '..', '..', 'MacOS', 'Electron'),
  ];
  return candidates.find((file) => existsSync(file));
}

function downloadedDesktop() {
  const options = { version: 'stable', cachePath: toolsFolder, timeout: downloadTimeoutMs };
  return downloadAndUnzipVSCode(options).catch(() => undefined);
}

/** The arguments that give a desktop VS Code a profile of its own, and quiet. @param {string} profile */
export const desktopArguments = (profile) => [
  ...['--user-data-dir', path.join(profile, 'data'), '--extensions-dir', path.join(profile, 'extensions')],
  ...[
    '--disable-updates',
    '--disable-telemetry',
    '--skip-welcome',
    '--skip-release-notes',
    '--disable-workspace-trust',
  ],
];

/** Our environment without what would make VS Code start as plain Node or as part of another editor. */
export const desktopEnvironment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name)));
