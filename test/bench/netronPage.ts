import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { benchFolder } from './benchModels';
import { median } from './figure';

/** Netron's own page, served from the Python package that holds it. */
export interface NetronPage {
  /** From the file being chosen to its graph being drawn. */
  medianMs(file: string, runs: number): Promise<number>;
  close(): Promise<void>;
}

const PATIENCE_MS = 60_000;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
};

/** The page's folder, installed on first use; null with a printed reason when that cannot be. */
function netronFolder(): string | null {
  const target = path.join(benchFolder, 'netron');
  const folder = path.join(target, 'netron');
  if (!existsSync(folder)) {
    const { status, stderr, error } = spawnSync(
      'python3',
      ['-m', 'pip', 'install', '--no-deps', '--target', target, 'netron'],
      {
        encoding: 'utf8',
      },
    );
    if (status !== 0) {
      console.log(`skipped Netron in this run: ${error?.message ?? stderr.trim().split('\n').at(-1) ?? ''}`);
      return null;
    }
  }
  return folder;
}

export async function openNetron(browser: Browser): Promise<NetronPage | null> {
  const folder = netronFolder();
  if (folder === null) return null;
  const server = createServer((request, response) => {
    const name = (request.url ?? '/').split('?', 1)[0] === '/' ? '/index.html' : request.url!.split('?', 1)[0]!;
    const file = path.join(folder, path.posix.normalize(name));
    if (!existsSync(file)) return void response.writeHead(404).end();
    const body = readFileSync(file);
    response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream' }).end(body);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    medianMs: async (file, runs) => {
      const times: number[] = [];
      for (let run = 0; run < runs; run += 1) times.push(await openFile(browser, `http://127.0.0.1:${port}/`, file));
      return median(times);
    },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

const DRAWN = 'bench: drawn after';

/** Netron forbids its page `eval`, which asking the page needs: so this tells on the console when the graph is there. */
function watchPage(drawnText: string): void {
  let chosen: number | null = null;
  window.addEventListener('change', () => (chosen = performance.now()), { capture: true });
  const look = (): void => {
    const drawn = chosen !== null && document.body.classList.contains('default') && document.querySelector('.node');
    requestAnimationFrame(drawn ? () => console.log(drawnText, performance.now() - (chosen ?? 0)) : look);
  };
  look();
}

async function openFile(browser: Browser, url: string, file: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(PATIENCE_MS);
  // Without its question about cookies, and without calling home.
  await context.addCookies([{ name: 'consent', value: '1', url }]);
  await context.route(
    (to) => to.hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  try {
    const page = await context.newPage();
    const drawn = new Promise<number>((resolve, reject) => {
      setTimeout(() => reject(new Error(`Netron drew no graph within ${PATIENCE_MS / 1000} s.`)), PATIENCE_MS).unref();
      page.on('console', (message) => {
        const text = message.text();
        if (text.startsWith(DRAWN)) resolve(Number(text.slice(DRAWN.length)));
      });
    });
    await page.addInitScript(watchPage, DRAWN);
    await page.goto(url);
    await page.locator('body.welcome:not(.spinner)').waitFor();
    await page.locator('#open-file-dialog').setInputFiles(file);
    return await drawn;
  } finally {
    await context.close();
  }
}
