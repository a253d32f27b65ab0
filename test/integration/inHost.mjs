import { appendFileSync } from 'node:fs';
import { recordingReporter } from '../support/testRecord.mjs';

const testTimeoutMs = 30_000;

/**
 * Runs suites with mocha inside VS Code's extension host and writes a record for every test.
 * @param {Readonly<Record<string, () => unknown>>} suites what loads each file, by its path
 */
export async function runSuites(suites) {
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
