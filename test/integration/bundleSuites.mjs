import { readdir } from 'node:fs/promises';
import path from 'node:path';
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
    entryPoints: [path.join(folder, 'inHost.mjs')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
    plugins: [suitesModule],
  });
  return outfile;
}

/** @type {import('esbuild').Plugin} */
const suitesModule = {
  name: 'suites',
  setup(build) {
    build.onResolve({ filter: /^tinyml:suites$/ }, ({ path }) => ({ path, namespace: 'suites' }));
    build.onLoad({ filter: /.*/, namespace: 'suites' }, async () => {
      const files = (await findSuites()).map((file) => JSON.stringify(file));
      const entries = files.map((file) => `${file}: () => require(${file})`);
      return { contents: `export const suites = {${entries.join(',')}}`, resolveDir: folder };
    });
  },
};

async function findSuites() {
  const entries = await readdir(folder, { recursive: true });
  const files = entries.filter((file) => file.endsWith('.test.ts')).sort();
  if (files.length === 0) throw new Error('test/integration holds no *.test.ts.');
  return files.map((file) => `./${file.replaceAll('\\', '/')}`);
}
