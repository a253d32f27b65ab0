import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ModelError } from '../core/ir/errors';

/**
 * The file that a writer in process `pid` fills beside its target. A parent that kills the process removes it:
 * `temporaryPath(target, child.pid)` is the whole agreement.
 */
export function temporaryPath(target: string, pid: number): string {
  return join(dirname(target), `.${basename(target)}.tinyml-${pid}.tmp`);
}

/**
 * Writes a whole file or nothing: into a temporary file beside the target, flushed to disk, then renamed over it.
 * Throws ModelError `bad-data` with one sentence when the folder is missing or read-only or the disk is full.
 */
export async function writeAtomically(target: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
  // Through a link, the file it points to is replaced, not the link.
  const real = await realpath(target).catch(() => target);
  const temporary = temporaryPath(real, process.pid);
  try {
    await writeFlushed(temporary, bytes);
    signal?.throwIfAborted();
    await rename(temporary, real);
  } catch (error) {
    await rm(temporary, { force: true });
    throw writeError(target, error);
  }
}

/** Throws ModelError `bad-data` when both paths are the same file: a model is never changed in place. */
export async function assertNotSameFile(source: string, target: string): Promise<void> {
  const [from, to] = await Promise.all([identity(source), identity(target)]);
  if (from !== null && from === to) {
    throw new ModelError('bad-data', `${basename(target)} is the input itself; choose another name for the output.`);
  }
}

/** Throws ModelError `bad-data` when the output's folder cannot take a file: said before the work, not after it. */
export async function assertWritable(target: string): Promise<void> {
  const temporary = temporaryPath(target, process.pid);
  try {
    await (await open(temporary, 'w')).close();
    await rm(temporary, { force: true });
    if ((await stat(target).catch(() => null))?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
  } catch (error) {
    throw writeError(target, error);
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Device and inode, which two names of one file share; null for a file that is not there. */
async function identity(path: string): Promise<string | null> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'the folder or the file cannot be written to',
  EPERM: 'the folder or the file cannot be written to',
  EROFS: 'the disk is read-only',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is not a folder',
  EISDIR: 'a folder has that name',
  ENAMETOOLONG: 'its name is too long',
};

function writeError(target: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  return new ModelError('bad-data', `${target} was not written: ${REASONS[error.code] ?? error.message}.`);
}
