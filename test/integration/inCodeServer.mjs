import path from 'node:path';
import { launchBrowser } from '../../scripts/vscode/browser.mjs';
import { startCodeServer } from '../../scripts/vscode/codeServer.mjs';

/**
 * Runs suites in the extension host of a VS Code server, with a headless browser as its window. Resolves when the host
 * says that it ended; what it says of success is not to be trusted, since a host that crashed reports exit code 0.
 * @param {import('./run.mjs').HostRun} run
 */
export async function runInCodeServer(run) {
  const server = await startCodeServer({
    userDataDir: path.join(run.profile, 'data'),
    extensionsDir: path.join(run.profile, 'extensions'),
    smokeTestDriver: true, // a built VS Code ignores the payload without it
  });
  try {
    const browser = await launchBrowser();
    try {
      await openUntilExit(await browser.newPage(), testUrl(server.url, run), run.signal);
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

/** @param {import('playwright-core').Page} page @param {string} url @param {AbortSignal} signal */
async function openUntilExit(page, url, signal) {
  const ended = new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    page.on('crash', () => reject(new Error('The page crashed.')));
    void page.exposeFunction('codeAutomationExit', resolve);
  });
  await page.exposeFunction('codeAutomationLog', () => {});
  await Promise.all([page.goto(url), ended]);
}

/** @param {string} server @param {import('./run.mjs').HostRun} run */
function testUrl(server, { extension, suites, workspace, environment }) {
  const remote = (/** @type {string} */ file) => `vscode-remote://${new URL(server).host}${file}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extension)],
    ['extensionTestsPath', remote(suites)],
    ['extensionEnvironment', JSON.stringify(environment)],
    ['skipWelcome', 'true'],
  ];
  return `${server}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}
