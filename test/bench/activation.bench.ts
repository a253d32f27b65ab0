import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packagedExtension } from '../e2e/packagedExtension.mjs';
import { Session } from '../e2e/session.mjs';
import { report } from './figure';

/** How long VS Code waits for the extension: loading its code and `activate`, in fresh processes. */

const WINDOWS = 5;
const PROCESSES = 9;
const TARGET_MS = 30;

/** Loads dist/extension.js in a plain Node where `vscode` is an object that has everything, and prints milliseconds. */
const LOAD = `
const Module = require('node:module');
const anything = new Proxy(class {}, { get: (target, key) => (key === 'prototype' ? target.prototype : anything) });
const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? anything : load(request, ...rest));
const start = performance.now();
require(process.argv[1]);
console.log(performance.now() - start);
`;

function moduleLoads(): number[] {
  return Array.from({ length: PROCESSES }, () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', LOAD, path.resolve('dist', 'extension.js')], {
      encoding: 'utf8',
    });
    const milliseconds = Number.parseFloat(stdout);
    if (Number.isNaN(milliseconds)) throw new Error(`The extension does not load: ${stderr}`);
    return milliseconds;
  });
}

/** What VS Code says itself in its list of running extensions: code loading and `activate` together. */
async function activations(): Promise<number[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tinyml-bench-'));
  const session = await Session.start(await packagedExtension());
  try {
    const times: number[] = [];
    for (let window = 0; window < WINDOWS; window += 1) {
      const workbench = await session.open(folder);
      await workbench.showView('TinyML');
      await workbench.runCommand('Developer: Show Running Extensions');
      const row = workbench.page.locator('.runtime-extensions-editor .extension', { hasText: 'TinyML Workbench' });
      const text = await row.locator('.activation-time').innerText();
      times.push(Number.parseFloat(/([\d.]+) ?ms/.exec(text)?.[1] ?? 'NaN'));
      await workbench.close();
    }
    return times;
  } finally {
    await session.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

report('loading dist/extension.js in plain Node', moduleLoads(), 'ms');
report('activation in the extension host', await activations(), 'ms', { target: { atMost: TARGET_MS } });
