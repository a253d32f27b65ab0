import { readFileSync, statSync, type Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, extname, join, relative } from 'node:path';
import type { PixelScale } from '../core/datasets/picture';
import { readSamples, type Sample, type SampleInput } from '../core/datasets/sample';
import { SAMPLE_EXTENSIONS } from '../core/datasets/sampleExtensions';
import { ModelError } from '../core/ir/errors';

const MAX_DEPTH = 4;
const MAX_FILES = 100_000;
const MAX_FILE_BYTES = 1 << 30;
/** Decoded samples are kept up to this much, so that a second pass does not decode them again. */
const MAX_KEPT_BYTES = 256 << 20;
const MAX_NAMED_FILES = 3;

/** Calibration or test data: a folder (class folders inside it allowed) or one file. */
export class DataFolder {
  readonly #root: string;
  readonly #files: readonly string[];
  readonly #inputs: readonly SampleInput[];
  readonly #scale: PixelScale;
  readonly #limit: number;
  readonly #skipped = new Map<string, string>();
  readonly #kept = new Map<string, readonly Sample[]>();
  #keptBytes = 0;

  private constructor(root: string, files: readonly string[], options: DataOptions) {
    this.#root = root;
    this.#files = files;
    this.#inputs = options.inputs;
    this.#scale = options.scale;
    this.#limit = options.limit;
  }

  /**
   * Finds the files. Folders are taken in turns (the first file of each, then the second of each), so that a limit
   * leaves every class represented. Throws ModelError `bad-data` when nothing usable is there.
   */
  static async open(path: string, options: DataOptions): Promise<DataFolder> {
    const files = await listFiles(path);
    if (files.length === 0) {
      throw new ModelError('bad-data', `${path} holds no data: ${SAMPLE_EXTENSIONS.join(', ')} files are read.`);
    }
    return new DataFolder(path, files, options);
  }

  /** Samples at most: files that hold many may give more than there are files. */
  get estimatedCount(): number {
    return Math.min(this.#limit, this.#files.length);
  }

  /** Every sample up to the limit, one file in memory at a time. Unusable files are skipped and remembered. */
  *samples(): Generator<Sample> {
    let given = 0;
    for (const file of this.#files) {
      for (const sample of this.#read(file)) {
        if (given++ >= this.#limit) return;
        yield sample;
      }
      if (given >= this.#limit) return;
    }
    if (given === 0) throw new ModelError('bad-data', `No file of ${this.#root} can be used. ${this.#skippedNames()}`);
  }

  /** What was left out, and how pictures were turned into numbers. */
  notes(): readonly string[] {
    const notes: string[] = [];
    if (this.#files.some((file) => isScaled(file))) {
      notes.push(`Pictures and bytes were scaled to ${this.#scale}; pictures were resized to the input (bilinear).`);
    }
    if (this.#skipped.size > 0) {
      notes.push(`${this.#skipped.size} of ${this.#files.length} data files were skipped. ${this.#skippedNames()}`);
    }
    return notes;
  }

  #read(file: string): readonly Sample[] {
    const kept = this.#kept.get(file);
    if (kept) return kept;
    if (this.#skipped.has(file)) return [];
    try {
      if (statSync(file).size > MAX_FILE_BYTES) throw new ModelError('bad-data', 'The file is larger than 1 GiB.');
      const samples = readSamples(readFileSync(file), this.#inputs, this.#scale);
      this.#keep(file, samples);
      return samples;
    } catch (error) {
      this.#skipped.set(file, error instanceof Error ? error.message : String(error));
      return [];
    }
  }

  #keep(file: string, samples: readonly Sample[]): void {
    const bytes = samples.flatMap((sample) => Object.values(sample)).reduce((sum, value) => sum + value.data.length, 0);
    if (this.#keptBytes + bytes > MAX_KEPT_BYTES) return;
    this.#keptBytes += bytes;
    this.#kept.set(file, samples);
  }

  #skippedNames(): string {
    const named = [...this.#skipped].slice(0, MAX_NAMED_FILES);
    return named.map(([file, why]) => `${relative(this.#root, file) || basename(file)}: ${why}`).join(' ');
  }
}

export interface DataOptions {
  readonly inputs: readonly SampleInput[];
  readonly scale: PixelScale;
  /** Samples to give at most. */
  readonly limit: number;
}

function isScaled(file: string): boolean {
  return !['.npz', '.wav'].includes(extname(file).toLowerCase());
}

async function listFiles(path: string): Promise<readonly string[]> {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new ModelError('bad-data', `${path} does not exist or cannot be read.`);
  }
  return isFolder ? inTurns(await listFolders(path)) : [path];
}

/** Data files of each folder, sorted by name; the breadth-first walk is bounded in depth and number. */
async function listFolders(root: string): Promise<readonly (readonly string[])[]> {
  const folders: (readonly string[])[] = [];
  let level = [root];
  let found = 0;
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      if (found >= MAX_FILES) break;
      const entries = await readEntries(folder);
      const files = entries.filter((entry) => isData(folder, entry)).map((entry) => join(folder, entry.name));
      next.push(...entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name)));
      found += files.length;
      if (files.length > 0) folders.push(files.slice(0, MAX_FILES));
    }
    level = next;
  }
  return folders;
}

async function readEntries(folder: string): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.name.startsWith('.'))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  } catch {
    return [];
  }
}

function isData(folder: string, entry: Dirent): boolean {
  if (!SAMPLE_EXTENSIONS.includes(extname(entry.name).toLowerCase())) return false;
  if (!entry.isSymbolicLink()) return entry.isFile();
  try {
    return statSync(join(folder, entry.name)).isFile();
  } catch {
    return false;
  }
}

function inTurns(folders: readonly (readonly string[])[]): readonly string[] {
  const longest = folders.reduce((most, files) => Math.max(most, files.length), 0);
  const files: string[] = [];
  for (let turn = 0; turn < longest; turn++) {
    for (const folder of folders) {
      const file = folder[turn];
      if (file !== undefined) files.push(file);
    }
  }
  return files;
}
