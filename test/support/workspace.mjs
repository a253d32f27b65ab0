import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Makes a workspace folder for one run in VS Code; whoever asked removes it.
 * @returns {Promise<string>} its absolute path
 */
export function makeWorkspace() {
  return mkdtemp(path.join(tmpdir(), 'tinyml-workspace-'));
}
