import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { inRoot, root } from '../../scripts/paths.mjs';
import { hostTarget } from '../../scripts/package/targets.mjs';
import { runCommand } from '../../scripts/runCommand.mjs';

/** What a package is made of; whatever is newer than the package makes it stale. */
const sources = [
  'package.json',
  'package-lock.json',
  'README.md',
  'src',
  'webview-ui',
  'media',
  'docs',
  'scripts/build.mjs',
  'scripts/package',
];

/**
 * The extension as a user gets it, packed anew when a source has changed since.
 * @returns {Promise<string>} the .vsix
 */
export async function packagedExtension() {
  const { name, version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const vsix = inRoot('dist-vsix', `${name}-${hostTarget}-${version}.vsix`);
  if (!existsSync(vsix) || newest(sources) > statSync(vsix).mtimeMs) {
    console.log('Packing the extension ...');
    await runCommand(process.execPath, [inRoot('scripts', 'package.mjs')], { cwd: root });
  }
  return vsix;
}

/** The latest change, in ms, of the files named and in the folders named. @param {string[]} names */
function newest(names) {
  const present = names.map((name) => inRoot(name)).filter((file) => existsSync(file));
  const files = present.flatMap((file) =>
    statSync(file).isFile() ? [file] : readdirSync(file, { recursive: true }).map((inside) => `${file}/${inside}`),
  );
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}
