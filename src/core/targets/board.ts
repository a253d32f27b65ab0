/** One address range of a board. An arena must fit one of them. */
export interface BoardRegion {
  readonly name: string;
  readonly kind: 'ram' | 'flash';
  readonly bytes: number;
  /** Outside the chip (PSRAM, SDRAM, QSPI flash): slower, never chosen silently. */
  readonly external: boolean;
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
}
