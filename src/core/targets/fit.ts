import type { Board, BoardRegion } from './board';

/** What a model asks of a board, in bytes. */
export interface Need {
  /** Null while it is not known. */
  readonly arena: number | null;
  /** What lies in flash: weights, or the whole model file. */
  readonly flash: number;
}

export interface UsedRegion {
  readonly name: string;
  readonly kind: 'ram' | 'flash';
  readonly bytes: number;
  readonly used: number;
}

export interface Fit {
  /** Null when the need or the region is not known. */
  readonly ram: boolean | null;
  readonly flash: boolean | null;
  /** Largest internal RAM first, then the other RAM, then flash. */
  readonly regions: readonly UsedRegion[];
}

/** The region an arena or a model goes to: the largest inside the chip. External memory is never chosen silently. */
export function largestRegion(board: Board, kind: BoardRegion['kind']): BoardRegion | null {
  const inside = board.regions.filter((region) => region.kind === kind && !region.external);
  return inside.reduce<BoardRegion | null>(
    (best, region) => (best && best.bytes >= region.bytes ? best : region),
    null,
  );
}

/** Regions outside the chip that would hold `bytes`, smallest first. */
export function externalRegionsFor(board: Board, kind: BoardRegion['kind'], bytes: number): readonly BoardRegion[] {
  return board.regions
    .filter((region) => region.kind === kind && region.external && region.bytes >= bytes)
    .toSorted((a, b) => a.bytes - b.bytes);
}

/** Puts a model on a board. One arena goes to one region: regions are not added up. */
export function fit(board: Board, need: Need): Fit {
  const ram = largestRegion(board, 'ram');
  const flash = largestRegion(board, 'flash');
  const rank = (region: BoardRegion): number => (region.kind === 'ram' ? 0 : 2) + (region.external ? 1 : 0);
  const ordered = board.regions.toSorted((a, b) => rank(a) - rank(b) || b.bytes - a.bytes);
  return {
    ram: ram && need.arena !== null ? need.arena <= ram.bytes : null,
    flash: flash ? need.flash <= flash.bytes : null,
    regions: ordered.map((region) => ({
      name: region.external ? `${region.name} (external)` : region.name,
      kind: region.kind,
      bytes: region.bytes,
      used: region === ram ? (need.arena ?? 0) : region === flash ? need.flash : 0,
    })),
  };
}
