// Bundles the product into dist/. `--watch` rebuilds on every change; `--minify` is what a package is built with.
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, context } from 'esbuild';
import { bundledPackagesFile, packageOf } from './package/notices.mjs';
import { inRoot, root } from './paths.mjs';

const watch = process.argv.includes('--watch');
const minify = process.argv.includes('--minify');

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  minify,
  sourcemap: minify ? false : 'linked',
  legalComments: 'none',
  logLevel: 'warning',
};

/** @type {import('esbuild').BuildOptions} */
const onNode = { ...common, platform: 'node', format: 'cjs', target: 'node20' };

/** @type {import('esbuild').BuildOptions} */
const inWebview = {
  ...common,
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  loader: { '.ttf': 'file' },
  assetNames: '[name]',
};

/** Loaded from node_modules at run time: each holds one native library a platform. */
const natives = ['serialport', 'onnxruntime-node'];

/**
 * The HDF5 library is a bundle of its own beside those that may ask for it: 5 MB that no process reads for nothing.
 * @type {import('esbuild').Plugin}
 */
const hdf5Apart = {
  name: 'hdf5-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/h5wasmLibrary$/ }, () => ({ path: './hdf5.js', external: true }));
  },
};

/** @type {{entry: string, outfile: string, options: import('esbuild').BuildOptions}[]} */
const bundles = [
  {
    entry: 'src/extension/extension.ts',
    outfile: 'dist/extension.js',
    options: { ...onNode, external: ['vscode'] },
  },
  { entry: 'src/node/engine/launch.ts', outfile: 'dist/engine.js', options: onNode },
  {
    entry: 'src/node/engine/main.ts',
    outfile: 'dist/engineMain.js',
    // Code from a cache has no `import()`: src/node/engine/codeCache.ts.
    options: { ...onNode, external: natives, plugins: [hdf5Apart], supported: { 'dynamic-import': false } },
  },
  {
    entry: 'src/node/hdf5/h5wasmLibrary.ts',
    outfile: 'dist/hdf5.js',
    // The library is embedded as text that escapes would make a third larger.
    options: { ...onNode, charset: 'utf8', sourcemap: false, logOverride: { 'empty-import-meta': 'silent' } },
  },
  {
    entry: 'src/cli/main.ts',
    outfile: 'dist/tinyml.js',
    options: { ...onNode, external: natives, plugins: [hdf5Apart], banner: { js: '#!/usr/bin/env node' } },
  },
  ...['modelEditor', 'deviceMonitor', 'report'].map((name) => ({
    entry: `webview-ui/${name}/main.tsx`,
    outfile: `dist/webview/${name}.js`,
    options: inWebview,
  })),
];

const started = performance.now();
const present = bundles.filter(({ entry }) => existsSync(inRoot(entry)));
for (const { entry } of bundles) {
  if (!existsSync(inRoot(entry))) console.log(`skipped ${entry}: not there`);
}

if (watch) {
  for (const { entry, outfile, options } of present) {
    const watcher = await context({ ...options, entryPoints: [entry], outfile, logLevel: 'info' });
    await watcher.watch();
  }
} else {
  const results = await Promise.allSettled(
    present.map(({ entry, outfile, options }) => build({ ...options, entryPoints: [entry], outfile, metafile: true })),
  );
  for (const { outfile } of present) reportSize(outfile);
  writeBundledPackages(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
  const failed = results.filter(({ status }) => status === 'rejected').length; // esbuild has printed the reasons
  console.log(
    `built ${present.length - failed} of ${bundles.length} bundles in ${Math.round(performance.now() - started)} ms`,
  );
  if (failed > 0) process.exitCode = 1;
}

/**
 * Notes whose code the bundles hold: a package says so in its notices.
 * @param {readonly {metafile: import('esbuild').Metafile}[]} builds
 */
function writeBundledPackages(builds) {
  const inputs = builds.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const folders = new Set(inputs.map(packageOf).filter((folder) => folder !== undefined));
  mkdirSync(path.dirname(bundledPackagesFile), { recursive: true });
  writeFileSync(bundledPackagesFile, JSON.stringify([...folders].sort()));
}

/** @param {string} outfile */
function reportSize(outfile) {
  const file = inRoot(outfile);
  if (!existsSync(file)) return;
  if (path.basename(file) === 'tinyml.js') chmodSync(file, 0o755);
  console.log(`${outfile.padEnd(30)} ${Math.ceil(statSync(file).size / 1000)} kB`);
}
