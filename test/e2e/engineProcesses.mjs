import { readFileSync, readdirSync } from 'node:fs';
import { expectSoon } from './expectText.mjs';

/**
 * The engine processes of one session with a role, by what /proc says: the command line names the session's own copy of
 * the extension.
 * @param {import('./session.mjs').Session} session
 * @param {'inspector' | 'job' | 'device'} role
 * @returns {number[]} process ids
 */
export function engineProcesses(session, role) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((id) => {
      const words = commandLine(id);
      return (
        words.some((word) => word.startsWith(session.profile) && word.endsWith('engine.js')) && words.includes(role)
      );
    })
    .map(Number);
}

/**
 * Waits for an engine process.
 * @param {import('./session.mjs').Session} session
 * @param {'inspector' | 'job' | 'device'} role
 * @param {readonly number[]} [others] processes of that role that are not meant
 * @returns {Promise<number>} its id
 */
export async function engineProcess(session, role, others = []) {
  const found = () => engineProcesses(session, role).filter((id) => !others.includes(id));
  await expectSoon(`there is a ${role} process`, () => found().length > 0);
  return /** @type {number} */ (found().at(-1));
}

/** @param {string} id */
function commandLine(id) {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // it ended meanwhile
  }
}
