import { cpSync, existsSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from '../paths.mjs';
import { copyNativeModules } from './nativeModules.mjs';
import { bundledPackagesFile, thirdPartyNotices } from './notices.mjs';

const content = ['dist', 'media', 'docs', 'README.md', 'CHANGELOG.md', 'LICENSE', 'package.nls.json', '.vscodeignore'];

/**
 * Lays out exactly what one platform's package holds. The native modules go to dist/node_modules, beside the bundles that
 * require them: vsce leaves a top-level node_modules out unless npm vouches for the whole tree, which a pruned one is not.
 * @param {string} target a key of `targets`
 * @returns {string} the folder
 */
export function stageExtension(target) {
  const folder = inRoot('out', 'stage', target);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of content.filter((entry) => existsSync(inRoot(entry)))) {
    cpSync(inRoot(name), path.join(folder, name), { recursive: true, filter: (file) => !file.endsWith('.map') });
  }
  const natives = copyNativeModules(target, path.join(folder, 'dist', 'node_modules'));
  const bundled = JSON.parse(readFileSync(bundledPackagesFile, 'utf8'));
  writeFileSync(path.join(folder, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices([...bundled, ...natives]));
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(publishedManifest(), null, 2)}\n`);
  return folder;
}

/** The manifest without what concerns only who develops the extension. */
function publishedManifest() {
  const manifest = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  for (const key of ['scripts', 'dependencies', 'devDependencies', 'private']) delete manifest[key];
  return manifest;
}
