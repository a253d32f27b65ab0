// Opens mutated model files of every format and watches what happens. `npm run fuzz` runs 200,000 cases;
// `npm run fuzz -- --cases 2000 --seed 7` as many as asked for. A case must end in a model or a ModelError, within a
// second, without allocating more than 16 MB or four times the file. Inputs that do not are kept in out/fuzz.
// The cases run in a child process: one that crashes or hangs is a failed case, and the next child goes on behind it.
import { fork } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { inRoot, root } from './paths.mjs';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '200000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
  },
});
const cases = Number(values.cases);
const output = inRoot('out', 'fuzz');
const outfile = path.join(output, 'readers.mjs');

/** A case that says nothing for so long hangs, however busy the machine. */
const HANGS_MS = 20_000;

/** Cases of one child: what leaks in a library does not add up for ever. */
const CASES_A_CHILD = 20_000;

await build({
  absWorkingDir: root,
  entryPoints: [inRoot('test', 'fuzz', 'readers.fuzz.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  define: { 'import.meta.url': JSON.stringify(`file://${inRoot('test', 'fixtures', 'any.ts')}`) },
  logLevel: 'warning',
});

/** @type {Map<string, number>} */
const reasons = new Map();
/** @type {string[]} */
const failures = [];

/** @param {string} what */
function addFailure(what) {
  failures.push(what);
  console.log(`FAILED ${what}`);
}

/**
 * Runs cases in one child.
 * @param {number} from
 * @param {number} to
 * @returns {Promise<number>} the case to go on with
 */
function runChild(from, to) {
  return new Promise((resolve) => {
    const child = fork(outfile, [values.seed, String(from), String(to), output], {
      cwd: root,
      execArgv: ['--max-old-space-size=1024'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    if (child.pid) os.setPriority(child.pid, 10);
    let at = from;
    let name = '';
    let isHung = false;
    let isDone = false;
    const kill = () => {
      isHung = true;
      child.kill('SIGKILL');
    };
    let watchdog = setTimeout(kill, 3 * HANGS_MS);
    child.on('message', (/** @type {any} */ message) => {
      if (message.failed !== undefined) addFailure(`case ${message.failed} (${message.name}): ${message.what}`);
      if (message.at !== undefined) {
        ({ at, name } = message);
        clearTimeout(watchdog);
        watchdog = setTimeout(kill, HANGS_MS);
      }
      if (message.done !== undefined) {
        isDone = true;
        for (const [reason, count] of Object.entries(message.reasons)) {
          reasons.set(reason, (reasons.get(reason) ?? 0) + Number(count));
        }
      }
    });
    child.on('exit', (code, signal) => {
      clearTimeout(watchdog);
      if (!isDone) addFailure(`case ${at} (${name}): ${isHung ? 'hangs' : `the process died (${signal ?? code})`}`);
      resolve(isDone ? to : at + 1);
    });
  });
}

const started = performance.now();
for (let at = Number(values.from); at < cases;) {
  at = await runChild(at, Math.min(cases, at + CASES_A_CHILD));
  console.log(`${at} of ${cases} cases, ${Math.round((performance.now() - started) / 1000)} s`);
}
for (const [reason, count] of [...reasons].sort()) console.log(`${String(count).padStart(8)}  ${reason}`);
console.log(`${cases} cases with seed ${values.seed}: ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
