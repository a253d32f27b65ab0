// Renders the model editor's page in Chromium with real and made-up models and takes pictures of it:
//   node test/webview/run.mjs [name part ...]
// Writes out/screenshots/webview/*.png, prints draw times and every error of the page; exits 1 when there was one.
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { inRoot } from '../../scripts/paths.mjs';
import { launchBrowser } from '../../scripts/vscode/browser.mjs';
import { picturesOfMonitor } from './monitorPictures.mjs';
import { servePages } from './pages.mjs';
import { scenarios } from './scenarios.mjs';
import { themes } from './themes.mjs';

const pictures = inRoot('out', 'screenshots', 'webview');
const models = inRoot('..', 'shared', 'models');
const wanted = process.argv.slice(2);
const WIDE = { width: 1100, height: 800 };
const NARROW = { width: 480, height: 1200 };

await mkdir(pictures, { recursive: true });
const pages = await servePages();
const browser = await launchBrowser();
let failed = 0;
try {
  for (const scenario of scenarios) {
    if (wanted.length > 0 && !wanted.some((part) => scenario.name.includes(part))) continue;
    const file = scenario.model === undefined ? null : path.join(models, scenario.model);
    if (file !== null && !existsSync(file)) {
      console.log(`skipped ${scenario.name}: ${scenario.model} is not there`);
      continue;
    }
    for (const look of scenario.looks ?? ['dark']) failed += await picture(scenario, file, look);
  }
  failed += await picturesOfMonitor(browser, { origin: pages.origin, folder: pictures, wanted });
} finally {
  await browser.close();
  pages.close();
}
process.exitCode = failed > 0 ? 1 : 0;

/** @param {import('./scenarios.mjs').Scenario} scenario @param {string | null} file @param {string} look */
async function picture(scenario, file, look) {
  const [themeName, width] = look.split('-');
  const theme = themes[themeName ?? 'dark'];
  const page = await browser.newPage({ viewport: width === 'narrow' ? NARROW : WIDE });
  /** @type {string[]} */
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('favicon')) errors.push(message.text());
  });
  const setup = { theme, scenario: await hostScenario(scenario, file) };
  await page.addInitScript(({ theme: { bodyClass, variables }, scenario: given }) => {
    Object.assign(globalThis, { scenario: given });
    const { document, MutationObserver } = /** @type {any} */ (globalThis);
    const dress = () => {
      if (!document.body || document.body.classList.contains(bodyClass)) return;
      document.body.classList.add(bodyClass);
      for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(name, value);
    };
    new MutationObserver(dress).observe(document, { childList: true, subtree: true });
  }, /** @type {any} */ (setup));
  await page.goto(pages.origin, { waitUntil: 'load' });
  await page.waitForTimeout(250);
  if (scenario.act !== undefined) await scenario.act(page);
  await page.waitForTimeout(150);
  const drawn = await page.evaluate(() => {
    const page = /** @type {any} */ (globalThis);
    const start = performance.getEntriesByName('bundle')[0]?.startTime ?? 0;
    return page.drawn.map((/** @type {any} */ { tab, milliseconds }) => {
      const method = tab === 'memory' ? 'profile' : tab;
      const answered = performance.getEntriesByName(`answered ${method}`)[0]?.startTime ?? start;
      return `${tab} ${Math.round(milliseconds - start)} ms, ${Math.round(milliseconds - answered)} of them after the answer`;
    });
  });
  const name = `${scenario.name}-${look}`;
  await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: false });
  console.log(`${name.padEnd(32)} ${drawn.join(', ')}`);
  for (const error of errors) console.log(`  error: ${error}`);
  await page.close();
  return errors.length;
}

/** @param {import('./scenarios.mjs').Scenario} scenario @param {string | null} file */
async function hostScenario(scenario, file) {
  return {
    fileName: scenario.fileName ?? path.basename(scenario.model ?? 'made-up.onnx'),
    base64: file === null ? null : (await readFile(file)).toString('base64'),
    size: scenario.size ?? 200,
    board: scenario.board === undefined ? 'nano33ble' : scenario.board,
    firmware: scenario.firmware ?? null,
    state: scenario.state ?? null,
    failures: scenario.failures ?? {},
    delayMs: scenario.delayMs ?? 0,
  };
}
