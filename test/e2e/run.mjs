/** `node test/e2e/run.mjs [--report FILE] [--grep TEXT]`: the packaged extension in VS Code, used as a person would. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { inRoot } from '../../scripts/paths.mjs';
import { recordingReporter } from '../support/testRecord.mjs';
import { finishReport, printRecord, summarise } from '../support/testReport.mjs';
import { packagedExtension } from './packagedExtension.mjs';
import { Session } from './session.mjs';

const testTimeoutMs = 60_000;
const runTimeoutMs = 660_000;
const folder = inRoot('test', 'e2e');

const { values: options } = parseArgs({ options: { report: { type: 'string' }, grep: { type: 'string' } } });
/** @type {import('../support/testRecord.mjs').TestRecord[]} */
const records = [];

/** Runs every *.e2e.mjs of this folder; a suite finds the session as `this.session`. */
async function runSuites() {
  const entries = await readdir(folder, { recursive: true });
  const files = entries.filter((file) => file.endsWith('.e2e.mjs')).sort();
  if (files.length === 0) throw new Error('test/e2e holds no *.e2e.mjs.');
  const session = await Session.start(await packagedExtension());
  try {
    await runMocha(files, session);
  } finally {
    await session.stop();
  }
}

/** @param {string[]} files @param {Session} session */
async function runMocha(files, session) {
  const reporter = recordingReporter((record) => {
    records.push(record);
    printRecord(record);
  });
  // A window on a busy machine can lose the focus once; what fails twice is broken. Every second try is printed.
  const mocha = new Mocha({ retries: 1, ui: 'bdd', timeout: testTimeoutMs, reporter, forbidOnly: true });
  if (options.grep) mocha.grep(options.grep);
  for (const file of files) mocha.addFile(path.join(folder, file));
  mocha.suite.ctx.session = session;
  mocha.suite.afterEach('picture of a failure', async function () {
    if (this.currentTest?.state === 'failed') await session.showFailure(this.currentTest.fullTitle());
  });
  await mocha.loadFilesAsync();
  await new Promise((resolve) => {
    mocha.run(resolve).on('retry', (test, error) => {
      console.log(`  ↻ ${test.fullTitle()} is tried again: ${error.message.split('\n')[0]}`);
    });
  });
}

/** @param {string | undefined} trouble */
function finish(trouble) {
  finishReport(summarise(records, trouble), options.report);
}

const deadline = setTimeout(() => {
  finish(`It did not finish in ${runTimeoutMs / 1000} s.`);
  process.exit(); // whatever the session started ends with us
}, runTimeoutMs);
const trouble = await runSuites().then(
  () => undefined,
  (/** @type {Error} */ error) => error.stack,
);
clearTimeout(deadline);
finish(trouble);
