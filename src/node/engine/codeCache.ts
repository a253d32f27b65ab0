import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, wrap } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

type ModuleFunction = (
  exports: object,
  require: NodeJS.Require,
  module: { exports: object },
  file: string,
  folder: string,
) => void;

/** Code compiled since it was kept is worth keeping when it makes the file this much larger. */
const worthKeeping = 1.05;

const digestBytes = 32;

/**
 * A CommonJS file and what V8 has compiled of it in earlier processes, functions that were called included (Node's own
 * compile cache holds only what is compiled at the start). V8 refuses what another version made; that a file on disk
 * belongs to this source and is whole is checked here, by digests. Whatever fails, the source is compiled as ever. The
 * file must load others by `require`: Node 20 has no `import()` in code from a cache.
 */
export class CodeCache {
  readonly #file: string;
  readonly #source: string;
  readonly #script: Script;
  readonly #folder: string;
  #keptBytes = 0;

  /** `folder`: where the compiled code of this file lies, and nothing else. */
  constructor(file: string, folder: string) {
    this.#file = file;
    this.#folder = folder;
    this.#source = readFileSync(file, 'utf8');
    const cachedData = this.#read();
    this.#script = new Script(wrap(this.#source), {
      filename: file,
      ...(cachedData ? { cachedData } : {}),
    });
    if (cachedData && this.#script.cachedDataRejected !== true) this.#keptBytes = cachedData.length;
  }

  /** What the file exports. */
  run(): object {
    const module = { exports: {} };
    const start = this.#script.runInThisContext() as ModuleFunction;
    start(module.exports, createRequire(this.#file), module, this.#file, path.dirname(this.#file));
    return module.exports;
  }

  /** Leaves the code compiled so far to later processes, if it is more than what they find. */
  keep(): void {
    const data = this.#script.createCachedData();
    if (data.length < this.#keptBytes * worthKeeping) return;
    this.#keptBytes = data.length;
    const name = this.#name();
    const temporary = path.join(this.#folder, `${name}.${process.pid}`);
    try {
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(temporary, Buffer.concat([digestOf(data), data]));
      renameSync(temporary, path.join(this.#folder, name));
      for (const other of readdirSync(this.#folder)) {
        if (other !== name) rmSync(path.join(this.#folder, other), { force: true });
      }
    } catch {
      // A full disk or a folder that may not be written: the next process compiles again.
    }
  }

  #name(): string {
    const source = digestOf(this.#source).toString('hex', 0, 8);
    return `${path.parse(this.#file).name}-${source}-${process.version}-${process.arch}`;
  }

  #read(): Buffer | null {
    try {
      const bytes = readFileSync(path.join(this.#folder, this.#name()));
      const data = bytes.subarray(digestBytes);
      return digestOf(data).equals(bytes.subarray(0, digestBytes)) ? data : null;
    } catch {
      return null;
    }
  }
}

function digestOf(content: string | Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}
