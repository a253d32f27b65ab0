import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** @typedef {import('./testRecord.mjs').TestRecord} TestRecord */

const marks = { passed: '✓', failed: '✗', skipped: '–' };

/** @param {TestRecord} record */
export function printRecord({ state, title, durationMs, message }) {
  if (state === 'finished') return;
  const time = durationMs === undefined ? '' : ` (${durationMs} ms)`;
  console.log(`  ${marks[state]} ${title}${time}`);
  if (message) console.log(message.replace(/^/gm, '      '));
}

/**
 * Sums a run up. A run that did not reach its end, or in which nothing passed, is a failure: a crashed extension host
 * exits with 0 and looks like success otherwise.
 * @param {readonly TestRecord[]} records
 * @param {string} [trouble] what ended the run early, when the runner knows
 */
export function summarise(records, trouble) {
  const of = (/** @type {TestRecord['state']} */ state) => records.filter((record) => record.state === state);
  const failures = of('failed').map(({ title, message }) => ({ title, message: message ?? '' }));
  const passed = of('passed').length;
  if (trouble) failures.push({ title: 'the run itself', message: trouble });
  else if (of('finished').length === 0)
    failures.push({ title: 'the run itself', message: 'It ended without a report.' });
  else if (passed === 0) failures.push({ title: 'the run itself', message: 'No test passed.' });
  return { passed, failed: failures.length, skipped: of('skipped').length, failures };
}

/**
 * Prints the result, writes it to `file` as JSON when there is one, and sets the exit code.
 * @param {ReturnType<typeof summarise>} summary
 * @param {string | undefined} file
 */
export function finishReport(summary, file) {
  for (const { title, message } of summary.failures) {
    if (title === 'the run itself') console.log(`  ✗ ${message}`);
  }
  console.log(`${summary.passed} passed, ${summary.failed} failed, ${summary.skipped} skipped`);
  if (file) {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    writeFileSync(file, `${JSON.stringify(summary, null, 2)}\n`);
  }
  process.exitCode = summary.failed > 0 ? 1 : 0;
}
