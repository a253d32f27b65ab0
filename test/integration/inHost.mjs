/** The entry that VS Code calls inside its extension host: runs every bundled suite with mocha, one record a test. */
import { appendFileSync } from 'node:fs';
import { suites } from 'tinyml:suites';
import { recordingReporter } from '../support/testRecord.mjs';

const testTimeoutMs = 30_000;

export async function run() {
  const { default: Mocha } = await import('mocha');
  const recordFile = /** @type {string} */ (process.env.TINYML_TEST_RECORDS);
  const reporter = recordingReporter((record) => appendFileSync(recordFile, `${JSON.stringify(record)}\n`));
  const mocha = new Mocha({ ui: 'bdd', timeout: testTimeoutMs, reporter, forbidOnly: true });
  if (process.env.TINYML_TEST_GREP) mocha.grep(process.env.TINYML_TEST_GREP);
  for (const [file, load] of Object.entries(suites)) {
    mocha.suite.emit('pre-require', globalThis, file, mocha); // what defines describe and it
    load();
  }
  const failures = await new Promise((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}
