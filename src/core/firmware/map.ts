import { ModelError } from '../ir/errors';
import type { ByteSource } from '../ports/byteSource';
import { largestObjects, sectionKind, SMALLEST_OBJECT } from './usage';
import type { FirmwareObject, FirmwareSection, FirmwareUsage } from './usage';

// The map file of GNU ld (-Map): binutils documentation, "Command-line Options". An output section starts its line;
// its input sections are indented by one space. A name that reaches the column of addresses has a line of its own.

const CHUNK = 256 * 1024;
/** Longer lines hold C++ names, which are not needed whole. */
const LONGEST_LINE = 4096;
const MOST_SECTIONS = 4096;
const MOST_OBJECTS = 100_000;
const START = 'Linker script and memory map';

const OUTPUT =
  /^([^\s*(/][^\s]*)\s+0x([0-9a-f]{1,16})\s+0x([0-9a-f]{1,16})(?:\s+load address 0x([0-9a-f]{1,16}))?\s*$/i;
const INPUT = /^ (\.?[^\s*]+)\s+0x([0-9a-f]{1,16})\s+0x([0-9a-f]{1,16})(?:\s|$)/i;
const NAME_ALONE = /^ ?[^\s*(][^\s]*\s*$/;
const STANZA = /^(?:OUTPUT\(|Cross Reference Table)/;
const UNLOADED =
  /^\.(?:debug|comment|note|stab|line|symtab|strtab|shstrtab|ARM\.attributes|riscv\.attributes|xtensa\.info|xt\.|gnu\.|rel(?:a)?\.debug)/;

/** Whether the first bytes are those of a map file by GNU ld. */
export function looksLikeMap(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head);
  return /^(?:Archive member included|Memory Configuration|Discarded input sections|Allocating common symbols|There are no discarded|Linker script and memory map)/m.test(
    text,
  );
}

/** What the map file of a link by GNU ld says is taken. Throws ModelError `bad-data` for any other text. */
export function readMap(source: ByteSource): FirmwareUsage {
  const state = new MapReader();
  for (const line of lines(source)) state.take(line);
  if (state.sections.length === 0) {
    throw new ModelError('bad-data', 'This is not a map file of GNU ld that names sections with addresses.');
  }
  return { name: source.name, format: 'map', sections: state.sections, objects: largestObjects(state.objects) };
}

class MapReader {
  readonly sections: FirmwareSection[] = [];
  readonly objects: FirmwareObject[] = [];
  #started = false;
  #ended = false;
  /** A name whose numbers are on the next line. */
  #name: string | null = null;

  take(line: string): void {
    if (!this.#started) this.#started = line.startsWith(START);
    else if (STANZA.test(line)) this.#ended = true;
    if (!this.#started || this.#ended) return;
    const joined = this.#name === null ? line : `${this.#name} ${line.trimStart()}`;
    this.#name = null;
    if (NAME_ALONE.test(line)) {
      this.#name = line.trimEnd();
      return;
    }
    if (joined.startsWith(' ')) this.#input(joined);
    else this.#output(joined);
  }

  #output(line: string): void {
    const match = OUTPUT.exec(line);
    if (!match || this.sections.length >= MOST_SECTIONS) return;
    const [, name = '', address, size, load] = match;
    const bytes = hexadecimal(size);
    if (bytes === 0 || UNLOADED.test(name)) return;
    const kind = kindByName(name);
    if (kind === null) return;
    const at = hexadecimal(address);
    const loadAddress = load === undefined || hexadecimal(load) === at ? null : hexadecimal(load);
    const unstored = kind === 'zeroed' || kind === 'reserve';
    this.sections.push({ name, kind, address: at, bytes, loadAddress: unstored ? null : loadAddress });
  }

  /** With -fdata-sections an input section is a variable: `.bss.tensor_arena`. */
  #input(line: string): void {
    const match = INPUT.exec(line);
    if (!match || this.objects.length >= MOST_OBJECTS) return;
    const [, section = '', address, size] = match;
    const bytes = hexadecimal(size);
    const at = hexadecimal(address);
    const name = /^\.(?:s?bss|s?data|rodata|srodata|noinit)\.(.+)$/.exec(section)?.[1];
    if (name === undefined || bytes < SMALLEST_OBJECT || at === 0) return;
    this.objects.push({ name, address: at, bytes });
  }
}

/** A map has no flags: sections are told by the names that linker scripts give them. */
function kindByName(name: string): FirmwareSection['kind'] | null {
  const zeroed = /bss|noinit|heap|stack|common|uninit/i.test(name);
  const data = /data|ramfunc|\.init_array|\.fini_array|got|tdata/i.test(name) && !/rodata|rdata/i.test(name);
  const constants = /rodata|rdata|exidx|extab|vector|isr|const|eh_frame|boot2|binary_info|init_array|fini_array/i;
  return sectionKind(name, {
    stored: !zeroed,
    writable: data,
    executable: !data && !constants.test(name),
  });
}

function hexadecimal(digits: string | undefined): number {
  const value = Number.parseInt(digits ?? '0', 16);
  return value > Number.MAX_SAFE_INTEGER / 2 ? 0 : value;
}

/** Lines of a file, read in pieces; the end of a line beyond LONGEST_LINE is left out. */
function* lines(source: ByteSource): Generator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for (let at = 0; at < source.size; at += CHUNK) {
    const text = rest + decoder.decode(source.read(at, Math.min(CHUNK, source.size - at)), { stream: true });
    const parts = text.split('\n');
    rest = (parts.pop() ?? '').slice(0, LONGEST_LINE);
    for (const part of parts) yield part.slice(0, LONGEST_LINE).replace(/\r$/, '');
  }
  if (rest !== '') yield rest;
}
