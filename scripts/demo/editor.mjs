import { mkdir, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { inRoot, root } from '../paths.mjs';
import { startCodeServer } from '../vscode/codeServer.mjs';
import { desktopArguments, desktopEnvironment, findDesktop } from '../vscode/desktop.mjs';
import { startGuarded } from '../guardedProcess.mjs';

const profiles = inRoot('.demo');

/** The same address every time when it is free: the browser keeps the window's layout under it. */
const preferredPort = 8137;

/**
 * Opens a folder in VS Code with this extension: on the desktop when there is one, else in a server for a browser.
 * @param {string} folder
 * @returns {Promise<{exited: Promise<unknown>, stop: () => Promise<void>, message: string}>}
 */
export async function openEditor(folder) {
  const desktop = await findDesktop();
  return desktop ? openDesktop(desktop, folder) : openServer(folder);
}

/** @param {string} executable @param {string} folder */
function openDesktop(executable, folder) {
  const args = [folder, ...desktopArguments(path.join(profiles, 'desktop')), `--extensionDevelopmentPath=${root}`];
  const desktop = startGuarded(executable, args, { env: desktopEnvironment() });
  return { ...desktop, message: 'TinyML Workbench is open in VS Code. Ctrl-C here closes it.' };
}

/** @param {string} folder */
async function openServer(folder) {
  const profile = path.join(profiles, 'server');
  const extensionsDir = path.join(profile, 'extensions');
  await linkExtension(extensionsDir);
  const server = await startCodeServer({
    userDataDir: path.join(profile, 'data'),
    extensionsDir,
    port: (await isFree(preferredPort)) ? preferredPort : 0,
  });
  const url = `${server.url}/?folder=${encodeURI(folder)}`;
  return {
    ...server,
    message: `TinyML Workbench is running; Ctrl-C stops it. Open this address in a browser:\n\n    ${url}`,
  };
}

/**
 * Puts this very folder among the server's extensions: a rebuild and a reload of the window show a change. Without its
 * list of extensions the server looks into the folder again.
 * @param {string} extensionsDir
 */
async function linkExtension(extensionsDir) {
  const link = path.join(extensionsDir, 'tinyml-workbench');
  await mkdir(extensionsDir, { recursive: true });
  await Promise.all([link, path.join(extensionsDir, 'extensions.json')].map((file) => rm(file, { force: true })));
  await symlink(root, link, 'dir');
}

/** @param {number} port @returns {Promise<boolean>} */
function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.on('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
