// Pictures of the device monitor, as run.mjs takes them of the model editor.
import path from 'node:path';
import { build } from 'esbuild';
import { inRoot } from '../../scripts/paths.mjs';
import { monitorScenarios } from './monitorScenarios.mjs';
import { themes } from './themes.mjs';

const WIDE = { width: 1160, height: 800 };
const NARROW = { width: 480, height: 1500 };

/** Bundles the monitor and its fake host into the folder that servePages serves. */
async function bundleMonitor() {
  await build({
    entryPoints: {
      deviceMonitor: inRoot('webview-ui', 'deviceMonitor', 'main.tsx'),
      fakeMonitorHost: inRoot('test', 'webview', 'fakeMonitorHost.ts'),
    },
    outdir: inRoot('out', 'webview-test'),
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    logLevel: 'error',
  });
}

const html = (/** @type {string} */ origin) => `<!DOCTYPE html>
<html lang="en"><head><meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-test'; style-src ${origin}; font-src ${origin}; img-src ${origin} data:">
<link rel="stylesheet" href="/deviceMonitor.css"><title>Monitor</title></head>
<body><div id="root"></div><script nonce="test" src="/fakeMonitorHost.js"></script></body></html>`;

/**
 * @param {import('playwright-core').Browser} browser
 * @param {{origin: string, folder: string, wanted: readonly string[]}} options
 * @returns {Promise<number>} errors of the pages
 */
export async function picturesOfMonitor(browser, { origin, folder, wanted }) {
  const chosen = monitorScenarios.filter(
    ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
  );
  if (chosen.length === 0) return 0;
  await bundleMonitor();
  let failed = 0;
  for (const scenario of chosen) {
    for (const look of scenario.looks) failed += await picture(browser, { origin, folder, scenario, look });
  }
  return failed;
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {{origin: string, folder: string, scenario: import('./monitorScenarios.mjs').MonitorScenario, look: string}} options
 */
async function picture(browser, { origin, folder, scenario, look }) {
  const [theme, width] = look.split('-');
  const page = await browser.newPage({ viewport: width === 'narrow' ? NARROW : WIDE });
  /** @type {string[]} */
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('favicon')) errors.push(message.text());
  });
  await page.addInitScript(
    ({ dress, monitor }) => {
      Object.assign(globalThis, { monitor });
      const { document, MutationObserver } = /** @type {any} */ (globalThis);
      new MutationObserver(() => {
        if (!document.body || document.body.classList.contains(dress.bodyClass)) return;
        document.body.classList.add(dress.bodyClass);
        for (const [name, value] of Object.entries(dress.variables)) {
          document.documentElement.style.setProperty(name, value);
        }
      }).observe(document, { childList: true, subtree: true });
    },
    /** @type {any} */ ({ dress: themes[theme ?? 'dark'], monitor: scenario.monitor }),
  );
  await page.route(`${origin}/monitor`, (route) => route.fulfill({ contentType: 'text/html', body: html(origin) }));
  await page.goto(`${origin}/monitor`, { waitUntil: 'load' });
  await page.waitForTimeout(1200);
  if (scenario.act !== undefined) await scenario.act(page);
  await page.waitForTimeout(150);
  const name = `${scenario.name}-${look}`;
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  console.log(name);
  for (const error of errors) console.log(`  error: ${error}`);
  await page.close();
  return errors.length;
}
