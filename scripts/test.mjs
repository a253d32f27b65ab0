// Builds, runs the tiers of tests, and prints `N passed, N failed` as its last line. `npm test -- unit e2e` runs just
// those tiers. Each tier is a process that writes a report: one that crashes, hangs, reports nothing or runs no test
// has failed, whatever its exit code says.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { localTool } from './localTool.mjs';
import { inRoot, root } from './paths.mjs';
import { startGuarded } from './guardedProcess.mjs';

const minute = 60_000;

/** @typedef {{passed: number, failed: number, notes: string[]}} Outcome */

/**
 * @typedef {object} Tier
 * @property {number} timeoutMs
 * @property {(reportFile: string) => string[]} command what Node is to run
 * @property {(report: any, exitCode: number | null) => Outcome} read
 */

/** @type {Record<string, Tier>} */
const tiers = {
  unit: {
    timeoutMs: 10 * minute,
    command: (file) => [localTool('vitest'), 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`],
    read: readVitest,
  },
  integration: {
    timeoutMs: 8 * minute,
    command: (file) => [inRoot('test', 'integration', 'run.mjs'), '--report', file],
    read: readOwn,
  },
  e2e: {
    timeoutMs: 12 * minute,
    command: (file) => [inRoot('test', 'e2e', 'run.mjs'), '--report', file],
    read: readOwn,
  },
};

/** @type {Tier['read']} */
function readOwn(report) {
  return { passed: report.passed, failed: report.failed, notes: [] };
}

/** @type {Tier['read']} */
function readVitest(report, exitCode) {
  // A file that does not load holds no tests, so vitest counts it as none failed.
  const broken = report.testResults.filter(
    (/** @type {{status: string, assertionResults: unknown[]}} */ file) =>
      file.status === 'failed' && file.assertionResults.length === 0,
  );
  const notes = broken.map((/** @type {{name: string}} */ { name }) => `${name} could not be loaded.`);
  const failed = report.numFailedTests + broken.length;
  // An error outside any test (an unhandled rejection) shows in nothing but the exit code.
  if (exitCode !== 0 && failed === 0 && report.numTotalTests > 0) {
    return { passed: report.numPassedTests, failed: 1, notes: [`vitest ended with exit code ${exitCode}.`] };
  }
  return { passed: report.numPassedTests, failed, notes };
}

/**
 * @param {string} name
 * @returns {Promise<Outcome>}
 */
async function runTier(name) {
  const { timeoutMs, command, read } = /** @type {Tier} */ (tiers[name]);
  const reportFile = inRoot('out', 'test-results', `${name}.json`);
  rmSync(reportFile, { force: true });
  const { exitCode, timedOut } = await runNode(command(reportFile), timeoutMs);
  try {
    const outcome = read(JSON.parse(readFileSync(reportFile, 'utf8')), exitCode);
    if (timedOut) return failure(outcome, `It did not end within ${timeoutMs / minute} minutes.`);
    return outcome.passed + outcome.failed > 0 ? outcome : failure(outcome, 'It ran no test.');
  } catch {
    const end = timedOut ? `did not end within ${timeoutMs / minute} minutes` : `ended with exit code ${exitCode}`;
    return failure({ passed: 0, failed: 0, notes: [] }, `It ${end} and left no report that can be read.`);
  }
}

/** @param {Outcome} outcome @param {string} note @returns {Outcome} */
function failure(outcome, note) {
  return { passed: outcome.passed, failed: outcome.failed + 1, notes: [...outcome.notes, note] };
}

/**
 * @param {string[]} args
 * @param {number} timeoutMs
 */
async function runNode(args, timeoutMs) {
  const child = startGuarded(process.execPath, args, { cwd: root, onOutput: (text) => process.stdout.write(text) });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void child.stop();
  }, timeoutMs);
  const exitCode = await child.exited;
  clearTimeout(timer);
  return { exitCode, timedOut };
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in tiers));
if (unknown.length > 0) {
  console.error(`No such tier: ${unknown.join(', ')}. There are ${Object.keys(tiers).join(', ')}.`);
  process.exit(2);
}

mkdirSync(inRoot('out', 'test-results'), { recursive: true });
const build = await runNode([inRoot('scripts', 'build.mjs')], 2 * minute);
let passed = 0;
let failed = build.exitCode === 0 ? 0 : 1;
/** @type {string[]} */
const lines = failed ? ['build: failed'] : [];
for (const name of wanted.length > 0 ? wanted : Object.keys(tiers)) {
  console.log(`\n--- ${name}`);
  const started = performance.now();
  const outcome = await runTier(name);
  passed += outcome.passed;
  failed += outcome.failed;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  lines.push(
    `${name}: ${outcome.passed} passed, ${outcome.failed} failed (${seconds} s)`,
    ...outcome.notes.map(indent),
  );
}

/** @param {string} note */
function indent(note) {
  return `  ${note}`;
}

console.log(['', ...lines, `${passed} passed, ${failed} failed`].join('\n'));
process.exitCode = failed > 0 ? 1 : 0;
