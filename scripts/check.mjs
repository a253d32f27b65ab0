// Everything about the source that a tool can judge, two tools at a time. `npm run check -- eslint tsc` runs just those.
import { spawn } from 'node:child_process';
import { root } from './paths.mjs';
import { localTool } from './localTool.mjs';

const cache = 'out/cache';
/** @type {{name: string, tool: string, args: readonly string[]}[]} */
const steps = [
  {
    name: 'prettier',
    tool: localTool('prettier'),
    args: ['--check', '.', '--log-level', 'warn', '--cache', '--cache-location', `${cache}/prettier`],
  },
  // Without a cache: a cached verdict does not see that a type in another file changed.
  { name: 'eslint', tool: localTool('eslint'), args: ['.', '--max-warnings', '0'] },
  { name: 'tsc', tool: localTool('typescript', 'tsc'), args: ['-b', '--pretty'] },
  {
    name: 'depcruise',
    tool: localTool('dependency-cruiser', 'depcruise'),
    args: ['src', 'webview-ui', 'test', 'scripts'],
  },
  { name: 'knip', tool: localTool('knip'), args: [] },
];

/**
 * @param {typeof steps[number]} step
 * @returns {Promise<boolean>} whether the tool was content
 */
function run({ name, tool, args }) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [tool, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
    }
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds.padStart(5)} s`);
      if (code !== 0) console.log(output.trimEnd());
      resolve(code === 0);
    });
  });
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(', ')}. There are ${steps.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const queue = steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
/** @type {boolean[]} */
const verdicts = [];
async function worker() {
  for (let step = queue.shift(); step; step = queue.shift()) verdicts.push(await run(step));
}
await Promise.all([worker(), worker()]);
if (verdicts.includes(false)) process.exitCode = 1;
