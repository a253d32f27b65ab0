import { unzipSync } from 'fflate';
import { ModelError } from '../ir/errors';
import { readNpy } from './npy';
import type { RealArray } from './reals';

/** Arrays larger than this together are refused before anything is unpacked: a small zip can announce gigabytes. */
const MAX_UNPACKED_BYTES = 1 << 30;

/** Named arrays of a numpy archive, the `.npy` of their names left out. Throws ModelError `bad-data`. */
export function readNpz(bytes: Uint8Array): Readonly<Record<string, RealArray>> {
  let total = 0;
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, {
      filter: (entry) => {
        if (!entry.name.endsWith('.npy')) return false;
        total += entry.originalSize;
        if (total > MAX_UNPACKED_BYTES) throw new ModelError('bad-data', 'The archive unpacks to more than 1 GiB.');
        return true;
      },
    });
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw new ModelError('bad-data', 'The archive is damaged or is no numpy archive.');
  }
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name.slice(0, -4), readNpy(file)]));
}
