import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { inRoot, root } from '../paths.mjs';

/** Written by the build: the folders of packages whose code the bundles hold. */
export const bundledPackagesFile = inRoot('out', 'bundled-packages.json');

const licenceFile = /^(licen[cs]e|copying|notice)(\.\w+)?$/i;

/**
 * The notices that the licences of bundled and shipped packages ask for: one section a package, its own licence text, or
 * its name and licence where it ships none.
 * @param {Iterable<string>} folders package folders below the root, such as `node_modules/preact`
 * @returns {string}
 */
export function thirdPartyNotices(folders) {
  const sections = [...new Set(folders)].sort().map((folder) => section(path.join(root, folder)));
  return ['TinyML Workbench contains the following packages.', ...sections].join(`\n\n${'-'.repeat(80)}\n\n`);
}

/** @param {string} folder */
function section(folder) {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const name = readdirSync(folder).find((file) => licenceFile.test(file));
  const text = name
    ? readFileSync(path.join(folder, name), 'utf8').trim()
    : `Licensed under ${manifest.license ?? 'an unnamed licence'}; the package ships no licence text.`;
  return `${manifest.name} ${manifest.version}\n\n${text}\n`;
}

/**
 * The package folder that a bundled file belongs to; undefined for our own files.
 * @param {string} input an esbuild metafile input, relative to the root
 */
export function packageOf(input) {
  const match = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input);
  return match && existsSync(path.join(root, match[0], 'package.json')) ? match[0] : undefined;
}
