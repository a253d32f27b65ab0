import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { findOnPath } from './findOnPath.mjs';
import { ensureBundledChromium } from './bundledChromium.mjs';

/** Plain flags: the browser runs as root in containers, and must not call home or wait for a GPU. */
const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/**
 * Launches a headless Chromium: the machine's own when there is one (CHROMIUM_PATH wins), else one from npm.
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchBrowser() {
  const executablePath = installedBrowser();
  if (executablePath) return chromium.launch({ executablePath, args: flags });
  if (process.platform !== 'linux') return chromium.launch({ channel: 'chrome', args: flags });
  const bundled = await ensureBundledChromium();
  return chromium.launch({
    executablePath: bundled.executablePath,
    args: flags,
    env: { .../** @type {Record<string, string>} */ (process.env), ...bundled.env },
  });
}

function installedBrowser() {
  const named = process.env.CHROMIUM_PATH;
  if (named && !existsSync(named)) throw new Error(`CHROMIUM_PATH names ${path.resolve(named)}, which does not exist.`);
  return named ?? findOnPath('chromium') ?? findOnPath('chromium-browser') ?? findOnPath('google-chrome');
}
