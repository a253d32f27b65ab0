import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadHdf5 } from '../../src/node/hdf5/loadHdf5';
import { openAll } from './fuzzCase';
import { mutated, randomFrom } from './mutate';
import { originals } from './originals';

/**
 * The child of `npm run fuzz`: opens mutated files, case after case, and says on the way how far it is. Each case is
 * made from the seed and its number alone. Arguments: seed, first case, behind the last one, folder for what fails.
 */

const SECOND = 1_000_000;
const FREE_BYTES = 16 << 20;
const TIMES_FILE = 4;

/** Shares of cases on files built here, among them the rare formats, and on larger files. */
const BUILT_SHARE = 0.4;
const LARGE_SHARE = 0.01;

const [seed = 1, from = 0, to = 0] = process.argv.slice(2, 5).map(Number);
const folder = process.argv[5] ?? 'out/fuzz';
const { built, small, large } = await originals();
const ports = { hdf5: await loadHdf5() };

function say(message: object): void {
  process.send?.(message);
}

function caseOf(index: number): { readonly name: string; readonly bytes: Uint8Array } {
  const random = randomFrom((seed * 1_000_003 + index) >>> 0);
  const share = random();
  const pool = share < BUILT_SHARE || small.length === 0 ? built : share < 1 - LARGE_SHARE ? small : large;
  const original = pool[Math.floor(random() * pool.length)]!;
  return { name: original.name, bytes: mutated(original.bytes, random) };
}

/** Bytes in use now; what grows between two looks without a collection is what was allocated. */
function bytesInUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function fail(index: number, name: string, bytes: Uint8Array, what: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${seed}-${index}-${name}`), bytes);
  say({ failed: index, name, what });
}

const reasons = new Map<string, number>();
for (let index = from; index < to; index++) {
  const { name, bytes } = caseOf(index);
  say({ at: index, name });
  const before = bytesInUse();
  const started = process.cpuUsage();
  try {
    const key = `${path.extname(name).slice(1)}: ${openAll(bytes, name, ports)}`;
    reasons.set(key, (reasons.get(key) ?? 0) + 1);
  } catch (error) {
    fail(index, name, bytes, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const { user, system } = process.cpuUsage(started);
  const grown = bytesInUse() - before;
  if (user + system > SECOND) fail(index, name, bytes, `took ${Math.round((user + system) / 1000)} ms`);
  if (grown > Math.max(FREE_BYTES, TIMES_FILE * bytes.length)) {
    fail(index, name, bytes, `allocated ${grown} bytes for a file of ${bytes.length}`);
  }
}
say({ done: to, reasons: Object.fromEntries(reasons) });
