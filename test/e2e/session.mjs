import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchBrowser } from '../../scripts/vscode/browser.mjs';
import { installExtension, removeFolder, startCodeServer } from '../../scripts/vscode/codeServer.mjs';
import { Workbench } from './workbench.mjs';

const viewport = { width: 1440, height: 900 };
const actionTimeoutMs = 15_000;

/** One VS Code server with the packaged extension installed, and one browser: every suite of a run shares them. */
export class Session {
  /**
   * @param {string} vsix
   * @param {string} profile
   * @param {Awaited<ReturnType<typeof startCodeServer>>} server
   * @param {import('playwright-core').Browser} browser
   */
  constructor(vsix, profile, server, browser) {
    this.vsix = vsix;
    this.profile = profile;
    this.server = server;
    this.browser = browser;
    /** @type {Set<Workbench>} */
    this.windows = new Set();
  }

  /** @param {string} vsix @param {{workspaceTrust?: boolean}} [options] with trust, folders open restricted */
  static async start(vsix, { workspaceTrust = false } = {}) {
    const profile = await mkdtemp(path.join(tmpdir(), 'tinyml-e2e-'));
    const folders = { userDataDir: path.join(profile, 'data'), extensionsDir: path.join(profile, 'extensions') };
    await installExtension(vsix, folders);
    const settings = { 'workbench.colorTheme': 'Dark Modern', 'security.workspace.trust.startupPrompt': 'never' };
    const server = await startCodeServer({ ...folders, settings, workspaceTrust });
    return new Session(vsix, profile, server, await launchBrowser());
  }

  async stop() {
    await this.browser.close();
    await this.server.stop();
    await removeFolder(this.profile);
  }

  /**
   * Opens a folder in a new window with a browser profile of its own, so that nothing is left over from another test.
   * @param {string} folder
   * @param {{width: number, height: number}} [size]
   * @returns {Promise<Workbench>} once the explorer is there
   */
  async open(folder, size = viewport) {
    const context = await this.browser.newContext({ viewport: size });
    context.setDefaultTimeout(actionTimeoutMs);
    const page = await context.newPage();
    await page.goto(`${this.server.url}/?folder=${encodeURIComponent(folder)}`);
    await page.locator('.explorer-folders-view').waitFor({ timeout: 2 * actionTimeoutMs });
    const workbench = new Workbench(page);
    this.windows.add(workbench);
    page.on('close', () => this.windows.delete(workbench));
    return workbench;
  }

  /** Saves a picture of every open window. @param {string} title of the test that failed */
  async showFailure(title) {
    const name = `failed-${title.replace(/[^\w]+/g, '-')}`;
    for (const workbench of this.windows) console.log(`      ${await workbench.screenshot(name)}`);
  }

  /**
   * Changes user settings; open windows follow within two seconds, except in their colour theme.
   * @param {Record<string, unknown>} changes
   */
  async changeSettings(changes) {
    const file = path.join(this.profile, 'data', 'User', 'settings.json');
    const settings = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...settings, ...changes }));
  }
}
