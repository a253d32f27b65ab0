import { ModelError } from '../ir/errors';
import type { AddressRange, Board, BoardRegion } from './board';
import { parseSize } from './memorySize';
import { stripComments } from './stripComments';

/** The file of a workspace that describes boards of its own. */
export const USER_BOARDS_FILE = '.vscode/tinyml-boards.json';

/** A list of boards is a few kilobytes. */
export const LARGEST_USER_BOARDS = 1024 * 1024;
const MOST_BOARDS = 1000;
const MOST_REGIONS = 64;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Boards as a user describes them: `{"boards": [{id, name, mcu, core, regions: [{name, kind, size}]}]}`, with comments
 * where wanted. Throws ModelError `bad-data` with one sentence that names the place.
 */
export function parseUserBoards(text: string): readonly Board[] {
  const root = parseJson(text);
  const list = isFields(root) ? root.boards : undefined;
  if (!Array.isArray(list)) throw bad('it must be an object with a list "boards"');
  if (list.length > MOST_BOARDS) throw bad(`it lists more than ${MOST_BOARDS} boards`);
  const boards = list.map((entry: unknown, index) => boardFrom(entry, `boards[${index}]`));
  const seen = new Set<string>();
  for (const { id } of boards) {
    if (seen.has(id)) throw bad(`two boards have the id "${id}"`);
    seen.add(id);
  }
  return boards;
}

function bad(what: string): ModelError {
  return new ModelError('bad-data', `${USER_BOARDS_FILE} cannot be used: ${what}.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(stripComments(text)) as unknown;
  } catch (error) {
    throw bad(`it is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function boardFrom(entry: unknown, at: string): Board {
  if (!isFields(entry)) throw bad(`${at} is not an object`);
  const id = textOf(entry, 'id', at);
  if (!/^[A-Za-z0-9][\w.-]{0,99}$/.test(id)) {
    throw bad(`${at}.id must be letters, digits, "-", "_" and "." only, not ${JSON.stringify(id.slice(0, 40))}`);
  }
  const regions = entry.regions;
  if (!Array.isArray(regions) || regions.length === 0) throw bad(`${at} ("${id}") lists no "regions"`);
  if (regions.length > MOST_REGIONS) throw bad(`${at} ("${id}") has more than ${MOST_REGIONS} regions`);
  const parsed = regions.map((region: unknown, index) => regionFrom(region, `${at}.regions[${index}]`));
  const twice = parsed.find(({ name }, index) => parsed.findIndex((other) => other.name === name) !== index);
  if (twice) throw bad(`board "${id}" has two regions "${twice.name}"`);
  const sources = entry.sources;
  return {
    id,
    name: optionalText(entry, 'name', at) ?? id,
    mcu: textOf(entry, 'mcu', at),
    core: textOf(entry, 'core', at),
    clockMHz: optionalNumber(entry, 'clockMHz', at),
    npu: optionalText(entry, 'npu', at),
    regions: parsed,
    sources: Array.isArray(sources) ? sources.filter((source) => typeof source === 'string') : [USER_BOARDS_FILE],
    note: optionalText(entry, 'note', at),
  };
}

function regionFrom(entry: unknown, at: string): BoardRegion {
  if (!isFields(entry)) throw bad(`${at} is not an object`);
  const { kind } = entry;
  if (kind !== 'ram' && kind !== 'flash') throw bad(`${at}.kind must be "ram" or "flash"`);
  const { external = false, instruction = false } = entry;
  if (typeof external !== 'boolean') throw bad(`${at}.external must be true or false`);
  if (typeof instruction !== 'boolean') throw bad(`${at}.instruction must be true or false`);
  const address = entry.address === undefined ? undefined : sizeAt(entry.address, `${at}.address`, 0);
  return {
    name: textOf(entry, 'name', at),
    kind,
    bytes: sizeAt(entry.size, `${at}.size`, 1),
    external,
    ...(instruction && { instruction }),
    ...(address !== undefined && { address }),
    ...(entry.windows !== undefined && { windows: windowsFrom(entry.windows, `${at}.windows`) }),
  };
}

function windowsFrom(list: unknown, at: string): readonly AddressRange[] {
  if (!Array.isArray(list) || list.length > MOST_REGIONS) throw bad(`${at} must be a list`);
  return list.map((window: unknown, index) => {
    if (!isFields(window)) throw bad(`${at}[${index}] is not an object`);
    return {
      address: sizeAt(window.address, `${at}[${index}].address`, 0),
      bytes: sizeAt(window.size, `${at}[${index}].size`, 1),
    };
  });
}

function sizeAt(value: unknown, at: string, least: number): number {
  const bytes = parseSize(value);
  if (bytes === null || bytes < least) {
    throw bad(`${at} must be bytes as a number, or as text such as "256K", "8M" or "0x20000000"`);
  }
  return bytes;
}

function textOf(entry: Fields, key: string, at: string): string {
  const value = optionalText(entry, key, at);
  if (value === null || value === '') throw bad(`${at}.${key} is missing`);
  return value;
}

function optionalText(entry: Fields, key: string, at: string): string | null {
  const value = entry[key];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw bad(`${at}.${key} must be text`);
  return value;
}

function optionalNumber(entry: Fields, key: string, at: string): number | null {
  const value = entry[key];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !(value > 0)) throw bad(`${at}.${key} must be a number above 0`);
  return value;
}
