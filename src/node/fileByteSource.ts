import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync, type BigIntStats } from 'node:fs';
import path from 'node:path';
import { ModelError } from '../core/ir/errors';
import type { ByteSource } from '../core/ports/byteSource';

/** Reading on fetches ever more, up to this, so that parsing a header does not ask the disk for every field. */
const WINDOW_BYTES = 64 * 1024;

/** A jump fetches this much: what lies between two weights is small, and the next jump goes over what follows. */
const JUMP_BYTES = 4 * 1024;

/** A file up to this size is fetched whole by its first read: most models for microcontrollers are. */
const WHOLE_BYTES = 4 * 1024 * 1024;

/** Windows kept: parsers hop between a few places of a file. */
const WINDOW_COUNT = 16;

interface Window {
  readonly start: number;
  readonly bytes: Uint8Array;
}

function generationOf(stats: BigIntStats): string {
  return `${stats.size}-${stats.mtimeNs}-${stats.ino}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

const OPEN_FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission to read it is denied',
  EPERM: 'permission to read it is denied',
  ELOOP: 'its symbolic links go in a circle',
  ENAMETOOLONG: 'its name is too long',
};

function cannotOpen(name: string, error: unknown): ModelError {
  const code = codeOf(error);
  return new ModelError('gone', `${name} cannot be read: ${OPEN_FAILURES[code] ?? (code || 'unknown reason')}.`);
}

function kindOf(stats: BigIntStats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  return 'a device or socket';
}

/** Refuses what is no regular file without opening it: opening a pipe could wait for ever. */
function regularFileStats(file: string, name: string): BigIntStats {
  let stats: BigIntStats;
  try {
    stats = statSync(file, { bigint: true });
  } catch (error) {
    throw cannotOpen(name, error);
  }
  if (!stats.isFile()) throw new ModelError('not-a-model', `${name} is ${kindOf(stats)}, not a model file.`);
  return stats;
}

/** Reads until `bytes` is full or the file ends; answers how much it read. */
function readFully(descriptor: number, bytes: Uint8Array, position: number): number {
  let done = 0;
  while (done < bytes.length) {
    const count = readSync(descriptor, bytes, done, bytes.length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** True for a path that, by its text alone, cannot leave the folder it starts from, on any system. */
function staysBelow(relativePath: string): boolean {
  if (relativePath === '' || relativePath.includes('\0')) return false;
  if (path.posix.isAbsolute(relativePath) || path.win32.isAbsolute(relativePath) || /^[A-Za-z]:/.test(relativePath)) {
    return false;
  }
  return !relativePath.split(/[\\/]/).includes('..');
}

/**
 * A file on disk, read in ranges. The descriptor is not held beyond the synchronous work that reads, so that other
 * programs can replace the file; when they do, the next read throws `gone` rather than mix two versions.
 */
export class FileByteSource implements ByteSource {
  readonly size: number;
  readonly generation: string;
  readonly name: string;
  readonly #path: string;
  /** Open while synchronous work reads; null between. */
  #descriptor: number | null = null;
  /** Most recently used last. */
  readonly #windows: Window[] = [];

  /** Throws ModelError `gone` when there is no such file or it may not be read, `not-a-model` for folders, pipes and devices. */
  constructor(file: string, name: string = path.basename(file)) {
    const stats = regularFileStats(file, name);
    this.#path = file;
    this.name = name;
    this.size = Number(stats.size);
    this.generation = generationOf(stats);
  }

  read(offset: number, length: number): Uint8Array {
    if (offset < 0 || length < 0 || offset + length > this.size) {
      throw new ModelError(
        'truncated',
        `${this.name} ends early: bytes ${offset} to ${offset + length} of ${this.size}.`,
      );
    }
    if (length === 0) return new Uint8Array(0);
    const cached = this.#windows.find(({ start, bytes }) => offset >= start && offset + length <= start + bytes.length);
    if (cached) return cached.bytes.subarray(offset - cached.start, offset - cached.start + length);
    if (length >= WINDOW_BYTES && this.size > WHOLE_BYTES) return this.#readFromDisk(offset, length);
    const start = this.size <= WHOLE_BYTES ? 0 : offset;
    const wanted = this.size <= WHOLE_BYTES ? this.size : Math.max(length, this.#windowBytes(offset));
    const bytes = this.#readFromDisk(start, Math.min(wanted, this.size - start));
    if (this.#windows.length >= WINDOW_COUNT) this.#windows.shift();
    this.#windows.push({ start, bytes });
    return bytes.subarray(offset - start, offset - start + length);
  }

  sibling(relativePath: string): ByteSource {
    const outside = new ModelError(
      'outside-folder',
      `${this.name} refers to ${JSON.stringify(relativePath)}, which is outside its folder; it is not read.`,
    );
    if (!staysBelow(relativePath)) throw outside;
    const folder = realpathSync(path.dirname(this.#path));
    let target: string;
    try {
      target = realpathSync(path.join(folder, relativePath));
    } catch {
      throw new ModelError('missing-external-data', `${relativePath}, which ${this.name} refers to, is missing.`);
    }
    if (!target.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep)) throw outside;
    return new FileByteSource(target, relativePath);
  }

  /** Twice the last window where this reads on from it, whole or from within. */
  #windowBytes(offset: number): number {
    const last = this.#windows.at(-1);
    if (last === undefined || offset < last.start || offset > last.start + last.bytes.length) return JUMP_BYTES;
    return Math.min(2 * last.bytes.length, WINDOW_BYTES);
  }

  #readFromDisk(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const count = readFully(this.#open(), bytes, offset);
    this.#requireGeneration();
    if (count < length) throw this.#changed();
    return bytes;
  }

  /** Opening costs more than reading: the descriptor serves all reads of one piece of synchronous work. */
  #open(): number {
    if (this.#descriptor !== null) return this.#descriptor;
    let descriptor: number;
    try {
      // Not blocking: the path could have become a pipe since it was looked at.
      descriptor = openSync(this.#path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      throw cannotOpen(this.name, error);
    }
    this.#descriptor = descriptor;
    queueMicrotask(() => {
      this.#descriptor = null;
      closeSync(descriptor);
    });
    const stats = fstatSync(descriptor, { bigint: true });
    if (!stats.isFile() || generationOf(stats) !== this.generation) throw this.#changed();
    return descriptor;
  }

  /** What the path leads to now must be what was read: neither written to nor replaced meanwhile. */
  #requireGeneration(): void {
    const stats = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    if (!stats?.isFile() || generationOf(stats) !== this.generation) throw this.#changed();
  }

  #changed(): ModelError {
    return new ModelError('gone', `${this.name} changed while it was being read.`);
  }
}
