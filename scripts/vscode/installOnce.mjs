import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const lockPollMs = 500;

/**
 * Fills `folder` on first use. The name carries the versions and the folder appears by one rename, so that its existence
 * means "complete": an interrupted install leaves only a temporary folder behind. The lock merely saves a second process
 * from doing the same work; if both get through, the first rename wins.
 * @param {string} folder absolute path, named after what it holds and its versions
 * @param {(temporary: string) => Promise<void>} fill writes the content into an empty folder on the same disk
 */
export async function installOnce(folder, fill) {
  if (existsSync(folder)) return;
  await mkdir(path.dirname(folder), { recursive: true });
  const unlock = await lock(`${folder}.lock`);
  try {
    if (!existsSync(folder)) await fillAndRename(folder, fill);
  } finally {
    await unlock();
  }
}

/** @param {string} folder @param {(temporary: string) => Promise<void>} fill */
async function fillAndRename(folder, fill) {
  await removeInterrupted(folder);
  const temporary = await mkdtemp(`${folder}.partial-`);
  try {
    await fill(temporary);
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** Removes what an install that was killed has left: we hold the lock, so nobody is at work on it. @param {string} folder */
async function removeInterrupted(folder) {
  const parent = path.dirname(folder);
  const leftovers = (await readdir(parent)).filter((name) => name.startsWith(`${path.basename(folder)}.partial-`));
  await Promise.all(leftovers.map((name) => rm(path.join(parent, name), { recursive: true, force: true })));
}

/** Waits for `file` to be ours. @param {string} file @returns {Promise<() => Promise<void>>} the release */
async function lock(file) {
  for (let waited = false; ; waited = true) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    if (await ownerIsGone(file)) await rm(file, { force: true });
    else {
      if (!waited) console.log(`Waiting for another process to finish ${path.basename(file, '.lock')} ...`);
      await delay(lockPollMs);
    }
  }
}

/** @param {string} file */
async function ownerIsGone(file) {
  const owner = Number(await readFile(file, 'utf8').catch(() => ''));
  if (!owner) return false; // just being written, or just released
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}
