import type { FirmwareObject, FirmwareSection, FirmwareUsage } from '../firmware/usage';
import { holdsAddress, type Board, type BoardRegion } from './board';

/** What one section of a firmware takes of one region. */
export interface SectionUse {
  readonly name: string;
  readonly region: BoardRegion;
  readonly bytes: number;
}

/** A firmware on a board, in bytes. */
export interface BoardFirmware {
  readonly name: string;
  readonly sections: readonly SectionUse[];
  /** An arena that is linked in already, and left out of `sections`: the model's need takes its place. */
  readonly arena: FirmwareObject | null;
  /** The model itself, linked in already, and left out of `sections`. */
  readonly model: FirmwareObject | null;
  /** Sections at addresses where the board has no memory. */
  readonly unplaced: readonly { readonly name: string; readonly bytes: number }[];
}

const SMALLEST_ARENA = 1024;
/** A linked model may be padded to the alignment of its array. */
const MODEL_PADDING = 16;

/** Bytes of a region that a firmware takes. */
export function firmwareBytes(firmware: BoardFirmware, region: BoardRegion): number {
  return firmware.sections.reduce((sum, use) => (use.region === region ? sum + use.bytes : sum), 0);
}

/**
 * Puts each section where its address lies. Where the board's addresses are not known, variables go to the largest RAM
 * inside the chip and the rest to flash. Data with start values takes RAM and flash both.
 */
export function placeFirmware(usage: FirmwareUsage, board: Board, modelBytes: number | null): BoardFirmware {
  const places = usage.sections.map((section) => ({ section, ...placesOf(section, board) }));
  const regionOf = ({ address }: FirmwareObject): BoardRegion | undefined =>
    places.find(({ section }) => address >= section.address && address < section.address + section.bytes)?.runs;
  const arena =
    usage.objects.find(
      (object) => /arena/i.test(object.name) && object.bytes >= SMALLEST_ARENA && regionOf(object)?.kind === 'ram',
    ) ?? null;
  const model =
    modelBytes === null
      ? null
      : (usage.objects.find(
          (object) =>
            object.bytes >= modelBytes &&
            object.bytes <= modelBytes + MODEL_PADDING &&
            regionOf(object)?.kind === 'flash',
        ) ?? null);
  const linked = [arena, model].filter((object) => object !== null);
  const sections = places.flatMap(({ section, runs, stored }) => {
    const own = section.bytes - linkedBytes(section, linked);
    return [
      ...(runs ? [{ name: section.name, region: runs, bytes: own }] : []),
      ...(stored ? [{ name: section.name, region: stored, bytes: section.bytes }] : []),
    ];
  });
  return {
    name: usage.name,
    sections: sections.filter(({ bytes }) => bytes > 0),
    arena,
    model,
    unplaced: places.filter(({ runs }) => !runs).map(({ section: { name, bytes } }) => ({ name, bytes })),
  };
}

/** Bytes of a section that are the arena or the model. */
function linkedBytes(section: FirmwareSection, objects: readonly FirmwareObject[]): number {
  return objects
    .filter(({ address }) => address >= section.address && address < section.address + section.bytes)
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

interface Places {
  /** Where the section is while the program runs. */
  readonly runs: BoardRegion | undefined;
  /** The flash that keeps the start values of a section in RAM. */
  readonly stored: BoardRegion | undefined;
}

function placesOf(section: FirmwareSection, board: Board): Places {
  const { address, kind, loadAddress } = section;
  const isVariable = kind === 'data' || kind === 'zeroed' || kind === 'reserve';
  const runs = regionAt(board, address) ?? unknownRegion(board, isVariable ? 'ram' : 'flash');
  const keeps = runs?.kind === 'ram' && kind !== 'zeroed' && kind !== 'reserve';
  if (!keeps) return { runs, stored: undefined };
  const at = loadAddress === null ? undefined : regionAt(board, loadAddress);
  return { runs, stored: at?.kind === 'flash' ? at : flashOf(board) };
}

function regionAt(board: Board, address: number): BoardRegion | undefined {
  return board.regions.find((region) => holdsAddress(region, address));
}

/** The largest region of a kind, as long as some region of that kind does not say where it lies. */
function unknownRegion(board: Board, kind: BoardRegion['kind']): BoardRegion | undefined {
  const unknown = board.regions.filter((region) => region.kind === kind && region.address === undefined);
  return unknown.toSorted((a, b) => Number(a.external) - Number(b.external) || b.bytes - a.bytes)[0];
}

function flashOf(board: Board): BoardRegion | undefined {
  return board.regions
    .filter((region) => region.kind === 'flash')
    .toSorted((a, b) => Number(a.external) - Number(b.external) || b.bytes - a.bytes)[0];
}
