/**
 * What a built firmware takes, before any board is known. Sizes and addresses in bytes, as the linker placed them.
 */
export interface FirmwareUsage {
  /** The file's name. */
  readonly name: string;
  readonly format: 'elf' | 'map';
  readonly sections: readonly FirmwareSection[];
  /** The largest variables and tables, the largest first: a model and its arena are among them once linked in. */
  readonly objects: readonly FirmwareObject[];
}

export type SectionKind = 'code' | 'constants' | 'data' | 'zeroed' | 'reserve';

/** A section that takes memory of the device. */
export interface FirmwareSection {
  readonly name: string;
  /** `data` has its first values in flash; `reserve` is heap or stack that the linker script sets aside. */
  readonly kind: SectionKind;
  /** Where it is while the program runs. */
  readonly address: number;
  readonly bytes: number;
  /** Where its bytes are stored when that is elsewhere: start values of data, code that is copied to RAM. */
  readonly loadAddress: number | null;
}

export interface FirmwareObject {
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
}

/** Objects kept of a firmware: enough to find an arena and a model among them. */
export const OBJECTS_KEPT = 64;
/** Smaller ones are neither. */
export const SMALLEST_OBJECT = 256;

/**
 * Sections that take up addresses and no memory: ESP-IDF's linker scripts skip with them what is counted under another
 * address (esp-idf components/esp_system/ld: `.dram0.dummy`, `.flash_rodata_dummy`).
 */
const PLACEHOLDER = /dummy|_noload|\.reserved_for_/;
const RESERVE = /heap|stack/i;

/** Null for a section that takes no memory of its own. */
export function sectionKind(
  name: string,
  is: { readonly writable: boolean; readonly executable: boolean; readonly stored: boolean },
): SectionKind | null {
  if (PLACEHOLDER.test(name)) return null;
  if (!is.stored) return RESERVE.test(name) ? 'reserve' : 'zeroed';
  if (is.executable) return 'code';
  return is.writable ? 'data' : 'constants';
}

/** The largest objects, the largest first, one for each address. */
export function largestObjects(objects: readonly FirmwareObject[]): readonly FirmwareObject[] {
  const seen = new Set<number>();
  const sorted = objects.toSorted((a, b) => b.bytes - a.bytes || a.address - b.address);
  return sorted.filter(({ address }) => !seen.has(address) && seen.add(address)).slice(0, OBJECTS_KEPT);
}
