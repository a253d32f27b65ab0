// Measures how fast the product is. `npm run bench` runs every test/bench/NAME.bench.ts, one after another, each in a
// process of its own; `npm run bench -- editor parse` runs just those; further options (`--netron`) go to the benches.
// Slow is printed, never a failure: only a bench that crashes makes the exit code 1.
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { startGuarded } from './guardedProcess.mjs';
import { inRoot, root } from './paths.mjs';

const folder = inRoot('test', 'bench');
const output = inRoot('out', 'bench');
const figuresFile = path.join(output, 'figures.jsonl');

/**
 * One measured number, and what it is held against: `baseline` is the same thing done by others, in the same unit.
 * @typedef {object} Figure
 * @property {string} what
 * @property {number} value a median when there are several samples
 * @property {string} unit
 * @property {number} samples
 * @property {{name: string, value: number}} [baseline]
 * @property {{atMost?: number, atLeast?: number}} [target]
 */

const names = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
  .sort();
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`No such bench: ${unknown.join(', ')}. There are ${names.join(', ')}.`);
  process.exit(2);
}

/**
 * Scripts stay where they are, since they find the repository from their own place; all else goes into the bundle.
 * @type {import('esbuild').Plugin}
 */
const scriptsInPlace = {
  name: 'scripts in place',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\/.*\.mjs$/ }, ({ path: file, resolveDir }) => ({
      path: pathToFileURL(path.resolve(resolveDir, file)).href,
      external: true,
    }));
  },
};

/** @param {string} name @returns {Promise<number | null>} the exit code */
async function run(name) {
  const outfile = path.join(output, `${name}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [path.join(folder, `${name}.bench.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    plugins: [scriptsInPlace],
    logLevel: 'warning',
  });
  const child = startGuarded(process.execPath, [outfile, ...options], {
    cwd: root,
    env: { ...process.env, TINYML_BENCH_FIGURES: figuresFile },
    onOutput: (text) => process.stdout.write(text),
  });
  return child.exited;
}

/** @param {Figure[]} figures */
function table(figures) {
  const header = ['what', 'ours', 'baseline', 'ours/base', 'target', 'met'];
  const rows = figures.map((figure) => [
    figure.what,
    `${round(figure.value)} ${figure.unit}${figure.samples > 1 ? ` (n=${figure.samples})` : ''}`,
    figure.baseline ? `${round(figure.baseline.value)} ${figure.unit}, ${figure.baseline.name}` : '',
    figure.baseline ? (figure.value / figure.baseline.value).toFixed(2) : '',
    figure.target
      ? `${figure.target.atMost === undefined ? '>=' : '<='} ${round(limitOf(figure.target))} ${figure.unit}`
      : '',
    figure.target ? (isMet(figure) ? 'yes' : 'NO') : '',
  ]);
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => String(row[column]).length)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(Number(widths[column])))
      .join('  ')
      .trimEnd(),
  );
}

/** @param {NonNullable<Figure['target']>} target */
function limitOf({ atMost, atLeast }) {
  return atMost ?? atLeast ?? 0;
}

/** @param {Figure} figure */
function isMet({ value, target }) {
  return value <= (target?.atMost ?? Infinity) && value >= (target?.atLeast ?? -Infinity);
}

/** Three digits say all that a noisy machine knows. @param {number} value */
function round(value) {
  return value >= 100 ? Math.round(value).toLocaleString('en') : Number(value.toPrecision(3));
}

mkdirSync(output, { recursive: true });
rmSync(figuresFile, { force: true });
/** @type {string[]} */
const crashed = [];
for (const name of wanted.length > 0 ? wanted : names) {
  console.log(`\n--- ${name}`);
  const code = await run(name).catch((/** @type {Error} */ error) => error.message);
  if (code !== 0) crashed.push(`${name} crashed (${code})`);
}
const figures = readFigures();
console.log(`\n${[...table(figures), ...crashed].join('\n')}`);
process.exitCode = crashed.length > 0 ? 1 : 0;

/** @returns {Figure[]} */
function readFigures() {
  try {
    const lines = readFileSync(figuresFile, 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line));
  } catch {
    return []; // no bench came as far as a figure
  }
}
