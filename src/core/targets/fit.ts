import { regionLabel, type Board, type BoardRegion } from './board';
import { firmwareBytes, type BoardFirmware } from './boardFirmware';

/** What a model asks of a board, in bytes. */
export interface Need {
  /** What must be allocated; null while it is not known. */
  readonly arena: number | null;
  /** What lies in flash: weights, or the whole model file. */
  readonly flash: number;
  /** The arena as the two buffers of `MicroAllocator::Create`; left out where the runtime takes only one. */
  readonly buffers?: ArenaBuffers | null;
}

export interface ArenaBuffers {
  /** Persistent: structures that stay until the interpreter goes. */
  readonly persistent: number;
  /** Not persistent: tensors and scratch, and what planning itself needs. */
  readonly planned: number;
}

export interface UsedRegion {
  readonly name: string;
  readonly kind: 'ram' | 'flash';
  readonly bytes: number;
  readonly used: number;
  /** What the firmware takes of it; null when none is given. */
  readonly firmware: number | null;
}

/** A place for the arena. */
export interface ArenaPlace {
  /**
   * `one`: inside the chip. `two`: TFLM is given persistent and planned buffers apart. `adjacent`: regions that lie side
   * by side, where the linker script joins them. `external`: outside the chip, slower.
   */
  readonly how: 'one' | 'two' | 'adjacent' | 'external';
  /** Which region holds how much of what. */
  readonly parts: readonly {
    readonly region: string;
    readonly holds: 'arena' | 'persistent' | 'planned';
    readonly bytes: number;
  }[];
}

export interface Fit {
  /** Null when the need or the region is not known. */
  readonly ram: boolean | null;
  readonly flash: boolean | null;
  /** Largest internal RAM first, then the other RAM, then flash. */
  readonly regions: readonly UsedRegion[];
  /** The region inside the chip that holds the arena; null when none does, or the need is not known. */
  readonly arena: ArenaPlace | null;
  /** Where it would fit otherwise, if somebody decides so. */
  readonly options: readonly ArenaPlace[];
}

/** The region an arena or a model goes to: the largest inside the chip. External memory is never chosen silently. */
export function largestRegion(board: Board, kind: BoardRegion['kind']): BoardRegion | null {
  return arenaRegions(board, kind, null)[0] ?? null;
}

/** Regions outside the chip that would hold `bytes`, smallest first. */
export function externalRegionsFor(board: Board, kind: BoardRegion['kind'], bytes: number): readonly BoardRegion[] {
  return board.regions
    .filter((region) => region.kind === kind && region.external && region.bytes >= bytes)
    .toSorted((a, b) => a.bytes - b.bytes);
}

/** Regions inside the chip that data can go to, the most room first. */
function arenaRegions(board: Board, kind: BoardRegion['kind'], firmware: BoardFirmware | null): readonly BoardRegion[] {
  return board.regions
    .filter((region) => region.kind === kind && !region.external && !region.instruction)
    .toSorted((a, b) => room(b, firmware) - room(a, firmware));
}

function room(region: BoardRegion, firmware: BoardFirmware | null): number {
  return region.bytes - (firmware ? firmwareBytes(firmware, region) : 0);
}

/**
 * Puts a model, beside a firmware where one is given, on a board. One arena goes to one region: regions are not added
 * up.
 */
export function fit(board: Board, need: Need, firmware: BoardFirmware | null = null): Fit {
  const ram = arenaRegions(board, 'ram', firmware)[0] ?? null;
  const flash = arenaRegions(board, 'flash', firmware)[0] ?? null;
  const rank = (region: BoardRegion): number => (region.kind === 'ram' ? 0 : 2) + (region.external ? 1 : 0);
  const ordered = board.regions.toSorted((a, b) => rank(a) - rank(b) || b.bytes - a.bytes);
  const fitsRam = ram && need.arena !== null ? need.arena <= room(ram, firmware) : null;
  return {
    ram: fitsRam,
    flash: flash ? need.flash <= room(flash, firmware) : null,
    regions: ordered.map((region) => ({
      name: regionLabel(region),
      kind: region.kind,
      bytes: region.bytes,
      used: region === ram ? (need.arena ?? 0) : region === flash ? need.flash : 0,
      firmware: firmware && firmwareBytes(firmware, region),
    })),
    arena: ram && need.arena !== null && fitsRam === true ? whole('one', ram, need.arena) : null,
    options: fitsRam === false && need.arena !== null ? otherPlaces(board, need, need.arena, firmware) : [],
  };
}

function whole(how: 'one' | 'external', region: BoardRegion, bytes: number): ArenaPlace {
  return { how, parts: [{ region: regionLabel(region), holds: 'arena', bytes }] };
}

function otherPlaces(board: Board, need: Need, arena: number, firmware: BoardFirmware | null): readonly ArenaPlace[] {
  const regions = arenaRegions(board, 'ram', firmware);
  const two = need.buffers ? twoBuffers(regions, need.buffers, firmware) : null;
  const joined = adjacent(regions, arena, firmware);
  const [outside] = externalRegionsFor(board, 'ram', arena);
  return [two, joined, outside ? whole('external', outside, arena) : null].filter((place) => place !== null);
}

/** The larger buffer goes to the region with the most room, the other one to the next. */
function twoBuffers(
  [first, second]: readonly BoardRegion[],
  { persistent, planned }: ArenaBuffers,
  firmware: BoardFirmware | null,
): ArenaPlace | null {
  if (!first || !second) return null;
  const buffers = [
    { holds: 'planned', bytes: planned },
    { holds: 'persistent', bytes: persistent },
  ] as const;
  const [large, small] = planned >= persistent ? buffers : [buffers[1], buffers[0]];
  if (large.bytes > room(first, firmware) || small.bytes > room(second, firmware)) return null;
  return {
    how: 'two',
    parts: [
      { region: regionLabel(first), ...large },
      { region: regionLabel(second), ...small },
    ],
  };
}

/** The shortest run of regions side by side that holds `bytes`. */
function adjacent(regions: readonly BoardRegion[], bytes: number, firmware: BoardFirmware | null): ArenaPlace | null {
  const placed = regions.filter((region) => region.address !== undefined).toSorted((a, b) => a.address! - b.address!);
  const runs = placed.flatMap((_, start) => runsFrom(placed.slice(start)));
  const fitting = runs
    .filter((run) => run.reduce((sum, region) => sum + room(region, firmware), 0) >= bytes)
    .toSorted((a, b) => a.length - b.length);
  const [run] = fitting;
  if (!run) return null;
  let left = bytes;
  const parts = run.map((region) => {
    const here = Math.min(left, room(region, firmware));
    left -= here;
    return { region: regionLabel(region), holds: 'arena' as const, bytes: here };
  });
  return { how: 'adjacent', parts };
}

/** Runs of two regions or more that begin with the first. */
function runsFrom(placed: readonly BoardRegion[]): readonly (readonly BoardRegion[])[] {
  const runs: BoardRegion[][] = [];
  for (let end = 1; end < placed.length; end += 1) {
    const before = placed[end - 1]!;
    if (before.address! + before.bytes !== placed[end]!.address) break;
    runs.push(placed.slice(0, end + 1));
  }
  return runs;
}
