import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

/**
 * The script behind a package's command, to be run by this same Node: no shell, no npx, the same on Windows.
 * @param {string} packageName
 * @param {string} command the command's name, when it is not the package's
 * @returns {string} an absolute path
 */
export function localTool(packageName, command = packageName) {
  const folder = inRoot('node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return path.join(folder, typeof bin === 'string' ? bin : bin[command]);
}
