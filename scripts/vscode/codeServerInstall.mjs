import path from 'node:path';
import { writeFile } from 'node:fs/promises';
import { toolsFolder } from '../paths.mjs';
import { runCommand } from '../runCommand.mjs';
import { installOnce } from './installOnce.mjs';

/** code-server 4.139.1 is VS Code 1.139.1; it refuses any Node major but 24, so that Node comes with it. */
const codeServerVersion = '4.139.1';
const nodeVersion = '24.21.0';

const folder = path.join(toolsFolder, `code-server-${codeServerVersion}-node-${nodeVersion}`);
const quiet = [
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
  '--fetch-retries=1',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
];

/**
 * Lays out VS Code's server on first use (about 800 MB on disk, half a minute).
 * @returns {Promise<{node: string, entry: string}>} the Node that runs it and its entry script
 */
export async function ensureCodeServer() {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new Error('code-server runs here on Linux only: install desktop VS Code and set VSCODE_EXECUTABLE to it.');
  }
  await installOnce(folder, async (temporary) => {
    console.log(`Installing code-server ${codeServerVersion} (once, about 800 MB) ...`);
    await install(temporary).catch((/** @type {Error} */ error) => {
      const code = /npm error +code:? '?(\w+)/.exec(error.message)?.[1] ?? 'no reason given';
      throw new Error(`code-server could not be installed from the npm registry (${code}).`, { cause: error });
    });
  });
  return {
    node: path.join(folder, 'node_modules', nodePackage(), 'bin', 'node'),
    entry: path.join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
  };
}

/** What code-server's own postinstall does, without its compiled extras (log files, a watchdog). @param {string} target */
async function install(target) {
  await writeFile(path.join(target, 'package.json'), '{"private": true}\n');
  const packages = [`code-server@${codeServerVersion}`, `${nodePackage()}@${nodeVersion}`];
  await npm(target, ['install', ...quiet, ...packages], 'server');
  const vscode = path.join(target, 'node_modules', 'code-server', 'lib', 'vscode');
  await npm(vscode, ['install', '--omit=dev', ...quiet], 'editor');
  await npm(path.join(vscode, 'extensions'), ['install', '--omit=dev', ...quiet], 'built-in extensions');
}

/** @param {string} cwd @param {string[]} args @param {string} label */
async function npm(cwd, args, label) {
  const start = Date.now();
  await runCommand('npm', args, { cwd });
  console.log(`  ${label}: ${((Date.now() - start) / 1000).toFixed(0)} s`);
}

const nodePackage = () => `node-linux-${process.arch}`;
