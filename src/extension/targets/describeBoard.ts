import type { Board } from '../../core/targets/board';

function size(bytes: number): string {
  const kib = bytes / 1024;
  return kib >= 1024 ? `${trim(kib / 1024)} MiB` : `${trim(kib)} KiB`;
}

function trim(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

function internalBytes(board: Board, kind: 'ram' | 'flash'): number {
  return board.regions
    .filter((region) => region.kind === kind && !region.external)
    .reduce((sum, region) => sum + region.bytes, 0);
}

/** "nRF52840 · Cortex-M4F · 64 MHz". */
export function boardChip(board: Board): string {
  const clock = board.clockMHz === null ? [] : [`${board.clockMHz} MHz`];
  return [board.mcu, board.core, ...clock].join(' · ');
}

/** "256 KiB RAM, 1 MiB flash". */
export function boardMemory(board: Board): string {
  const ram = internalBytes(board, 'ram');
  const flash = internalBytes(board, 'flash');
  return [...(ram > 0 ? [`${size(ram)} RAM`] : []), ...(flash > 0 ? [`${size(flash)} flash`] : [])].join(', ');
}
