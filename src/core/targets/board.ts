/** A stretch of addresses, in bytes. */
export interface AddressRange {
  readonly address: number;
  readonly bytes: number;
}

/** One address range of a board. An arena must fit one of them. */
export interface BoardRegion {
  readonly name: string;
  readonly kind: 'ram' | 'flash';
  readonly bytes: number;
  /** Outside the chip (PSRAM, SDRAM, QSPI flash): slower, never chosen silently. */
  readonly external: boolean;
  /** Memory for instructions (ITCM): firmware lies there, no arena is put there. */
  readonly instruction?: true;
  /** First address, as the core sees it; left out where it is not known. */
  readonly address?: number;
  /** Other addresses at which the same memory answers, or at which it is mapped. */
  readonly windows?: readonly AddressRange[];
  /** Where size and address come from, when not from the sources of the board. */
  readonly source?: string;
}

/** What build tools call a board. */
export interface BoardNames {
  /** Ids of PlatformIO, when other than the board's own. */
  readonly platformio?: readonly string[];
  /** The last part of an Arduino FQBN: `nano33ble` of `arduino:mbed_nano:nano33ble`. */
  readonly arduino?: readonly string[];
  readonly zephyr?: readonly string[];
  /** Boards of STM32CubeMX. */
  readonly st?: readonly string[];
}

export interface Board {
  readonly id: string;
  readonly name: string;
  readonly mcu: string;
  /** `Cortex-M4F`. */
  readonly core: string;
  readonly clockMHz: number | null;
  readonly npu: string | null;
  readonly regions: readonly BoardRegion[];
  /** Where each number comes from; null when it was not verified in a stored source. */
  readonly sources: readonly string[] | null;
  readonly note: string | null;
  readonly names?: BoardNames;
}

/** True where an address of the firmware lies in this region; false where its addresses are not known. */
export function holdsAddress(region: BoardRegion, address: number): boolean {
  const own = region.address === undefined ? [] : [{ address: region.address, bytes: region.bytes }];
  return [...own, ...(region.windows ?? [])].some(
    (range) => address >= range.address && address < range.address + range.bytes,
  );
}

/** How a region is named where its being outside the chip matters. */
export function regionLabel(region: BoardRegion): string {
  return region.external ? `${region.name} (external)` : region.name;
}
