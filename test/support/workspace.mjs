import { copyFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { drawImages } from '../../scripts/demo/images.mjs';
import { inRoot } from '../../scripts/paths.mjs';

/** Real models that an npm package ships: there on every machine. */
const packaged = { 'selfie_segmentation.tflite': '@mediapipe/selfie_segmentation/selfie_segmentation.tflite' };

/** @typedef {Readonly<Record<string, Uint8Array>>} Files */
/** @type {Promise<{workspaceModels: () => Files, brokenModels: () => Files, otherFiles: () => Promise<Files>}> | undefined} */
let fixtures;

/**
 * Makes a workspace folder for one run in VS Code; whoever asked removes it. It holds models made by code, a real one,
 * `calibration` with pictures in two classes, `other` with other formats and data, and `broken` with files that cannot be opened.
 * @returns {Promise<string>} its absolute path
 */
export async function makeWorkspace() {
  const { workspaceModels, brokenModels, otherFiles } = await (fixtures ??= bundleFixtures());
  const folder = await mkdtemp(path.join(tmpdir(), 'tinyml-workspace-'));
  await writeFiles(folder, workspaceModels());
  await writeFiles(path.join(folder, 'broken'), brokenModels());
  await writeFiles(path.join(folder, 'other'), await otherFiles());
  const pictures = drawImages().map((picture) => [picture.path, picture.bytes]);
  await writeFiles(path.join(folder, 'calibration'), Object.fromEntries(pictures));
  for (const [name, source] of Object.entries(packaged)) {
    await copyFile(inRoot('node_modules', source), path.join(folder, name));
  }
  return folder;
}

/** @param {string} folder @param {Files} files */
async function writeFiles(folder, files) {
  for (const [name, bytes] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
}

/** The models are built by TypeScript of the product and its fixtures. */
async function bundleFixtures() {
  const outfile = inRoot('out', 'test-fixtures', `workspaceModels-${process.pid}.mjs`);
  await build({
    stdin: {
      contents: "export * from './workspaceModels'; export * from './otherFiles';",
      resolveDir: inRoot('test', 'fixtures'),
    },
    outfile,
    bundle: true,
    platform: 'node',
    external: ['h5wasm'],
    format: 'esm',
    logLevel: 'warning',
  });
  return import(outfile);
}
