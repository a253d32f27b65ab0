/** `npm run package [-- --target linux-x64]`: builds the extension and packs it for one platform into dist-vsix/. */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createVSIX } from '@vscode/vsce';
import { stageExtension } from './package/stage.mjs';
import { hostTarget, targets } from './package/targets.mjs';
import { inRoot, root } from './paths.mjs';
import { runCommand } from './runCommand.mjs';

const { values } = parseArgs({ options: { target: { type: 'string', default: hostTarget } } });
const target = values.target;
if (!targets[target]) throw new Error(`No such target: ${target}. There are ${Object.keys(targets).join(', ')}.`);

await runCommand(process.execPath, [inRoot('scripts', 'build.mjs'), '--minify'], { cwd: root, echo: true });
const stage = stageExtension(target);
const { name, version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
const packagePath = inRoot('dist-vsix', `${name}-${target}-${version}.vsix`);
mkdirSync(path.dirname(packagePath), { recursive: true });
await createVSIX({
  cwd: stage,
  packagePath,
  target,
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});

const files = readdirSync(stage, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const megabytes = (statSync(packagePath).size / 1e6).toFixed(1);
if (!targets[target].onnxruntime)
  console.log(`${target} has no onnxruntime-node binary: this package cannot run models.`);
console.log(`${path.relative(root, packagePath)}: ${megabytes} MB, ${files.length} files`);
