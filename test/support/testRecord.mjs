/**
 * What happened to one test, as data: a suite inside VS Code's extension host writes these as lines of JSON to a file, and
 * the runner outside reads them. The last record says that the run reached its end; without it the host died or hung.
 * @typedef {object} TestRecord
 * @property {'passed' | 'failed' | 'skipped' | 'finished'} state
 * @property {string} title
 * @property {number} [durationMs]
 * @property {string} [message] why it failed
 */

/**
 * A mocha reporter that hands on records.
 * @param {(record: TestRecord) => void} onRecord
 * @returns {import('mocha').ReporterConstructor}
 */
export function recordingReporter(onRecord) {
  class Recorder {
    /** @param {import('mocha').Runner} runner */
    constructor(runner) {
      runner.on('pass', (test) =>
        onRecord({ state: 'passed', title: test.fullTitle(), durationMs: test.duration ?? 0 }),
      );
      runner.on('pending', (test) => onRecord({ state: 'skipped', title: test.fullTitle() }));
      runner.on('fail', (test, error) =>
        onRecord({ state: 'failed', title: test.fullTitle(), message: error.stack ?? error.message }),
      );
      runner.on('end', () => onRecord({ state: 'finished', title: '' }));
    }
  }
  // mocha asks for a constructor only; its type asks for its own base class, which prints.
  return /** @type {import('mocha').ReporterConstructor} */ (/** @type {unknown} */ (Recorder));
}
