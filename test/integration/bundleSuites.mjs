import { readdir } from 'node:fs/promises';
import { build } from 'esbuild';
import { inRoot } from '../../scripts/paths.mjs';

const folder = inRoot('test', 'integration');

/**
 * Bundles every suite with the entry that runs them in the extension host. The list comes from the disk: a hand-kept one
 * silently drops a file.
 * @returns {Promise<string>} the bundle's path
 */
export async function bundleSuites() {
  const outfile = inRoot('out', 'test-integration', 'index.cjs');
  await build({
    stdin: { contents: await entry(), resolveDir: folder },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return outfile;
}

/** The module that VS Code loads: it calls `run`. */
async function entry() {
  const files = (await findSuites()).map((file) => JSON.stringify(file));
  const suites = files.map((file) => `${file}: () => require(${file})`);
  return `import { runSuites } from './inHost.mjs'; export const run = () => runSuites({${suites.join(',')}});`;
}

async function findSuites() {
  const entries = await readdir(folder, { recursive: true });
  const files = entries.filter((file) => file.endsWith('.test.ts')).sort();
  if (files.length === 0) throw new Error('test/integration holds no *.test.ts.');
  return files.map((file) => `./${file.replaceAll('\\', '/')}`);
}
