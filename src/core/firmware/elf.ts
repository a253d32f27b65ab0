import { ModelError } from '../ir/errors';
import type { ByteSource } from '../ports/byteSource';
import { largestObjects, sectionKind, SMALLEST_OBJECT } from './usage';
import type { FirmwareObject, FirmwareSection, FirmwareUsage } from './usage';

// Layouts: System V ABI, "Object Files"; ELF32 and ELF64 of either byte order.

/** More headers than any linker writes. */
const MOST_HEADERS = 4096;
const MOST_NAME_BYTES = 4 * 1024 * 1024;
/** Symbols are read in pieces; a table beyond this is not searched for objects. */
const MOST_SYMBOL_BYTES = 256 * 1024 * 1024;
const SYMBOLS_AT_ONCE = 16_384;
const LONGEST_NAME = 256;

const PT_LOAD = 1;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const SHF_WRITE = 1;
const SHF_ALLOC = 2;
const SHF_EXECINSTR = 4;
const STT_OBJECT = 1;
const ET_REL = 1;

interface Segment {
  readonly address: number;
  readonly loadAddress: number;
  readonly offset: number;
  readonly fileBytes: number;
  readonly bytes: number;
  readonly writable: boolean;
  readonly executable: boolean;
}

interface Section {
  readonly nameAt: number;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly bytes: number;
  readonly link: number;
}

/** Whether the first bytes are those of an ELF file. */
export function isElf(head: Uint8Array): boolean {
  return head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

/** Reads numbers of one class and byte order. */
class ElfReader {
  readonly wide: boolean;
  readonly #source: ByteSource;
  readonly #little: boolean;

  constructor(source: ByteSource, wide: boolean, little: boolean) {
    this.#source = source;
    this.wide = wide;
    this.#little = little;
  }

  /** A view of bytes that must lie in the file. */
  view(offset: number, length: number): DataView {
    if (offset + length > this.#source.size) throw new ModelError('truncated', 'The ELF file ends within its headers.');
    const bytes = this.#source.read(offset, length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  half(view: DataView, at: number): number {
    return view.getUint16(at, this.#little);
  }

  word(view: DataView, at: number): number {
    return view.getUint32(at, this.#little);
  }

  /** An address, offset or size: 32 or 64 bits by class. Microcontrollers stay far below 2^53. */
  size(view: DataView, at: number): number {
    if (!this.wide) return view.getUint32(at, this.#little);
    const value = view.getBigUint64(at, this.#little);
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
  }
}

/**
 * What a linked ELF file takes, by section; by segment where it has no sections. Throws ModelError `not-a-model`,
 * `truncated` or `corrupt`. Nothing is allocated by a size that the file states.
 */
export function readElf(source: ByteSource): FirmwareUsage {
  const head = source.size >= 16 ? source.read(0, 16) : new Uint8Array();
  if (!isElf(head)) throw new ModelError('not-a-model', 'This is not an ELF file.');
  const reader = new ElfReader(source, head[4] === 2, head[5] !== 2);
  const header = reader.view(0, reader.wide ? 64 : 52);
  if (reader.half(header, 16) === ET_REL) {
    throw new ModelError(
      'bad-data',
      'This ELF file is an object file; choose the linked firmware, which has addresses.',
    );
  }
  const segments = readSegments(reader, header);
  const table = readSections(reader, header);
  const sections =
    table.length > 0 ? allocated(reader, table, segments, nameTable(reader, header, table)) : bare(segments);
  if (sections.length === 0) throw new ModelError('bad-data', 'The ELF file has nothing that is loaded to a device.');
  return { name: source.name, format: 'elf', sections, objects: largestObjects(readObjects(reader, table)) };
}

function checkCount(count: number, what: string): number {
  if (count > MOST_HEADERS) throw new ModelError('corrupt', `The ELF file says it has ${count} ${what}.`);
  return count;
}

function readSegments(reader: ElfReader, header: DataView): readonly Segment[] {
  const offset = reader.size(header, reader.wide ? 32 : 28);
  const stride = reader.half(header, reader.wide ? 54 : 42);
  const count = checkCount(reader.half(header, reader.wide ? 56 : 44), 'segments');
  const least = reader.wide ? 56 : 32;
  if (count === 0 || offset === 0) return [];
  if (stride < least) throw new ModelError('corrupt', 'The segments of the ELF file are shorter than their headers.');
  const table = reader.view(offset, (count - 1) * stride + least);
  return Array.from({ length: count }, (_, index) => index * stride)
    .filter((at) => reader.word(table, at) === PT_LOAD)
    .map((at) => segmentAt(reader, table, at));
}

function segmentAt(reader: ElfReader, table: DataView, at: number): Segment {
  const flags = reader.word(table, at + (reader.wide ? 4 : 24));
  const size = (narrow: number, wide: number): number => reader.size(table, at + (reader.wide ? wide : narrow));
  return {
    offset: size(4, 8),
    address: size(8, 16),
    loadAddress: size(12, 24),
    fileBytes: size(16, 32),
    bytes: size(20, 40),
    executable: (flags & 1) !== 0,
    writable: (flags & 2) !== 0,
  };
}

function readSections(reader: ElfReader, header: DataView): readonly Section[] {
  const offset = reader.size(header, reader.wide ? 40 : 32);
  const stride = reader.half(header, reader.wide ? 58 : 46);
  const count = checkCount(reader.half(header, reader.wide ? 60 : 48), 'sections');
  const least = reader.wide ? 64 : 40;
  if (count === 0 || offset === 0) return [];
  if (stride < least) throw new ModelError('corrupt', 'The sections of the ELF file are shorter than their headers.');
  const table = reader.view(offset, (count - 1) * stride + least);
  return Array.from({ length: count }, (_, index) => {
    const at = index * stride;
    const size = (narrow: number, wide: number): number => reader.size(table, at + (reader.wide ? wide : narrow));
    return {
      nameAt: reader.word(table, at),
      type: reader.word(table, at + 4),
      flags: size(8, 8),
      address: size(12, 16),
      offset: size(16, 24),
      bytes: size(20, 32),
      link: reader.word(table, at + (reader.wide ? 40 : 24)),
    };
  });
}

function nameTable(reader: ElfReader, header: DataView, table: readonly Section[]): Uint8Array {
  const names = table[reader.half(header, reader.wide ? 62 : 50)];
  return names ? bytesOf(reader, names) : new Uint8Array();
}

function bytesOf(reader: ElfReader, { offset, bytes, type }: Section): Uint8Array {
  if (bytes === 0 || bytes > MOST_NAME_BYTES || type === SHT_NOBITS) return new Uint8Array();
  const view = reader.view(offset, bytes);
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function textAt(names: Uint8Array, at: number): string {
  const window = names.subarray(at, at + LONGEST_NAME);
  const end = window.indexOf(0);
  return new TextDecoder().decode(end < 0 ? window : window.subarray(0, end));
}

function allocated(
  reader: ElfReader,
  table: readonly Section[],
  segments: readonly Segment[],
  names: Uint8Array,
): readonly FirmwareSection[] {
  return table.flatMap((section) => {
    const { flags, bytes, address, type } = section;
    if ((flags & SHF_ALLOC) === 0 || bytes === 0) return [];
    if (bytes > Number.MAX_SAFE_INTEGER / 2 || address > Number.MAX_SAFE_INTEGER / 2) {
      throw new ModelError('corrupt', 'A section of the ELF file is larger than any memory.');
    }
    const name = textAt(names, section.nameAt);
    const stored = type !== SHT_NOBITS;
    const kind = sectionKind(name, {
      writable: (flags & SHF_WRITE) !== 0,
      executable: (flags & SHF_EXECINSTR) !== 0,
      stored,
    });
    if (kind === null) return [];
    return [{ name, kind, address, bytes, loadAddress: stored ? loadAddressOf(section, segments) : null }];
  });
}

/** The segment that stores a section says where its bytes are programmed to. */
function loadAddressOf({ offset, address, bytes }: Section, segments: readonly Segment[]): number | null {
  const segment = segments.find(
    (each) =>
      offset >= each.offset &&
      offset + bytes <= each.offset + each.fileBytes &&
      address >= each.address &&
      address + bytes <= each.address + each.bytes,
  );
  if (!segment || segment.loadAddress === segment.address) return null;
  return segment.loadAddress + (offset - segment.offset);
}

/** A stripped file: what each segment stores, and the zeroed rest of it. */
function bare(segments: readonly Segment[]): readonly FirmwareSection[] {
  return segments.flatMap((segment, index) => {
    const { address, fileBytes, bytes, writable, executable } = segment;
    const name = `segment ${index}`;
    const stored = {
      name,
      kind: executable ? ('code' as const) : writable ? ('data' as const) : ('constants' as const),
      address,
      bytes: fileBytes,
      loadAddress: segment.loadAddress === address ? null : segment.loadAddress,
    };
    const rest = bytes - fileBytes;
    const zeroed = { name: `${name}, zeroed`, kind: 'zeroed' as const, address: address + fileBytes, bytes: rest };
    return [...(fileBytes > 0 ? [stored] : []), ...(rest > 0 ? [{ ...zeroed, loadAddress: null }] : [])];
  });
}

/** Variables and tables of at least SMALLEST_OBJECT bytes. A symbol table that is not whole has none. */
function readObjects(reader: ElfReader, table: readonly Section[]): readonly FirmwareObject[] {
  const symbols = table.find((section) => section.type === SHT_SYMTAB);
  const strings = symbols && table[symbols.link];
  if (!symbols || !strings || symbols.bytes > MOST_SYMBOL_BYTES) return [];
  const names = bytesOf(reader, strings);
  const stride = reader.wide ? 24 : 16;
  const found: FirmwareObject[] = [];
  for (let at = 0; at + stride <= symbols.bytes; at += SYMBOLS_AT_ONCE * stride) {
    const length = Math.min(SYMBOLS_AT_ONCE * stride, symbols.bytes - at);
    found.push(...objectsIn(reader, reader.view(symbols.offset + at, length), stride, names));
  }
  return found;
}

function objectsIn(reader: ElfReader, view: DataView, stride: number, names: Uint8Array): readonly FirmwareObject[] {
  const found: FirmwareObject[] = [];
  for (let at = 0; at + stride <= view.byteLength; at += stride) {
    const bytes = reader.size(view, at + (reader.wide ? 16 : 8));
    const type = view.getUint8(at + (reader.wide ? 4 : 12)) & 0xf;
    if (type !== STT_OBJECT || bytes < SMALLEST_OBJECT) continue;
    const address = reader.size(view, at + (reader.wide ? 8 : 4));
    found.push({ name: textAt(names, reader.word(view, at)), address, bytes });
  }
  return found;
}
