import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Joins `segments` to the repository's root. @param {string[]} segments */
export const inRoot = (...segments) => path.join(root, ...segments);

/** Tools too big to be devDependencies (an editor, a browser) are laid out here on first use; git-ignored. */
export const toolsFolder = inRoot('.vscode-test');
