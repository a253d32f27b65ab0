import { ModelError } from '../ir/errors';
import type { ByteSource } from '../ports/byteSource';
import { isElf, readElf } from './elf';
import { looksLikeMap, readMap } from './map';
import type { FirmwareUsage } from './usage';

/** A map of a firmware for a microcontroller is megabytes; this is not one. */
const LARGEST_MAP = 512 * 1024 * 1024;

/**
 * Reads a built firmware, or the map of its link, by what the file is, not by its name. Throws ModelError with one
 * sentence.
 */
export function readFirmware(source: ByteSource): FirmwareUsage {
  if (source.size === 0) throw new ModelError('empty', 'The firmware file is empty.');
  const head = source.read(0, Math.min(source.size, 64 * 1024));
  if (isElf(head)) return readElf(source);
  if (looksLikeMap(head) && source.size <= LARGEST_MAP) return readMap(source);
  throw new ModelError(
    'not-a-model',
    'The firmware must be a linked ELF file (.elf, .axf, .out) or a map file of GNU ld: this is neither.',
  );
}
