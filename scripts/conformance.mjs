// Holds the product against engines and stored results of others. `npm run conformance` runs every
// test/conformance/NAME.conformance.ts, one after another, each in a process of its own, and prints their tables;
// `npm run conformance -- convert` runs just that one. A wrong answer makes the exit code 1; a refusal does not.
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { startGuarded } from './guardedProcess.mjs';
import { inRoot, root } from './paths.mjs';

const folder = inRoot('test', 'conformance');
const output = inRoot('out', 'conformance');
const suffix = '.conformance.ts';

const names = readdirSync(folder)
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length))
  .sort();
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`No such table: ${unknown.join(', ')}. There are ${names.join(', ')}.`);
  process.exit(2);
}

/** @param {string} name @returns {Promise<number | null>} the exit code */
async function run(name) {
  const outfile = path.join(output, `${name}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [path.join(folder, `${name}${suffix}`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
  const child = startGuarded(process.execPath, [outfile, ...options], {
    cwd: root,
    onOutput: (text) => process.stdout.write(text),
  });
  return child.exited;
}

mkdirSync(output, { recursive: true });
const failed = [];
for (const name of wanted.length > 0 ? wanted : names) {
  console.log(`== ${name}`);
  if ((await run(name)) !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`\nwrong answers or a crash in: ${failed.join(', ')}`);
  process.exitCode = 1;
}
