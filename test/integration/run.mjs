/** `node test/integration/run.mjs [--report FILE] [--grep TEXT]`: the suites of this folder in a real VS Code. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { inRoot, root } from '../../scripts/paths.mjs';
import { removeFolder } from '../../scripts/vscode/codeServer.mjs';
import { findDesktop } from '../../scripts/vscode/desktop.mjs';
import { finishReport, printRecord, summarise } from '../support/testReport.mjs';
import { makeWorkspace } from '../support/workspace.mjs';
import { bundleSuites } from './bundleSuites.mjs';
import { runInCodeServer } from './inCodeServer.mjs';
import { runInDesktop } from './inDesktop.mjs';

/**
 * @typedef {object} HostRun
 * @property {string} extension the folder of the extension under test
 * @property {string} suites the bundle whose `run` VS Code calls
 * @property {string} workspace the folder to open
 * @property {string} profile an empty folder for settings and extensions
 * @property {Record<string, string>} environment for the extension host
 * @property {AbortSignal} signal ends the run early
 */

const runTimeoutMs = 300_000;
const recordFile = inRoot('out', 'test-integration', 'records.jsonl');

const { values: options } = parseArgs({ options: { report: { type: 'string' }, grep: { type: 'string' } } });

async function runSuites() {
  if (!existsSync(inRoot('dist', 'extension.js'))) throw new Error('dist/extension.js is missing: build first.');
  const suites = await bundleSuites();
  const workspace = await makeWorkspace();
  const profile = await mkdtemp(path.join(tmpdir(), 'tinyml-profile-'));
  const signal = AbortSignal.timeout(runTimeoutMs);
  const run = { extension: root, suites, workspace, profile, environment: environment(), signal };
  try {
    const desktop = await findDesktop();
    console.log(`Integration tests in ${desktop ?? 'code-server'}`);
    await (desktop ? runInDesktop(desktop, run) : runInCodeServer(run));
  } finally {
    await Promise.all([workspace, profile].map(removeFolder));
  }
}

/** @returns {Record<string, string>} */
function environment() {
  return { TINYML_TEST_RECORDS: recordFile, ...(options.grep ? { TINYML_TEST_GREP: options.grep } : {}) };
}

/** @returns {Promise<import('../support/testRecord.mjs').TestRecord[]>} */
async function readRecords() {
  const text = await readFile(recordFile, 'utf8').catch(() => '');
  const lines = text.split('\n').slice(0, -1); // a host killed while it writes leaves half a line
  return lines.map((line) => JSON.parse(line));
}

await rm(recordFile, { force: true });
await mkdir(path.dirname(recordFile), { recursive: true });
const trouble = await runSuites().then(
  () => undefined,
  (/** @type {Error} */ error) => error.message,
);
const records = await readRecords();
records.forEach(printRecord);
finishReport(summarise(records, trouble), options.report);
