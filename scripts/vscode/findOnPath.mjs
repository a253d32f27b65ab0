import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/**
 * Finds a program as a shell would.
 * @param {string} program
 * @returns {string | undefined} its absolute path
 */
export function findOnPath(program) {
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(path.isAbsolute);
  return folders
    .flatMap((folder) => extensions.map((extension) => path.join(folder, program + extension)))
    .find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
