import { maxListLength, maxTextBytes } from '../limits';
import type { ByteWindow } from './byteWindow';
import { Claims } from './claims';
import type { AnyRecord, ByteRange, FieldForm, RecordOf, ScalarType, Table, UnionValue } from './fields';
import { table } from './fields';
import type { UnknownPlace } from './unknownReader';
import { UnknownReader } from './unknownReader';

const widths: Readonly<Record<ScalarType, number>> = {
  bool: 1,
  byte: 1,
  ubyte: 1,
  short: 2,
  ushort: 2,
  int: 4,
  uint: 4,
  float: 4,
  long: 8,
  ulong: 8,
};

export function widthOf(scalar: ScalarType): number {
  return widths[scalar];
}

/** Told of each field that the description of today does not know, by table. */
export type UnknownFields = Map<string, number>;

/** Told of each range of the file that is read, and whose it is: a table's own bytes have no field. */
export type WatchRange = (start: number, end: number, tableName: string, field: string) => void;

interface Extent {
  readonly position: number;
  readonly vtable: number;
  readonly vtableBytes: number;
  readonly tableBytes: number;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads tables by their description. Offsets, sizes and counts are checked before anything is allocated; a damaged file
 * gives ModelError `truncated` or `corrupt`.
 */
export class RecordReader {
  readonly window: ByteWindow;
  readonly unknownFields: UnknownFields = new Map();
  /** The end of what has been read so far: bytes after it are no part of the flatbuffer. */
  end = 0;
  readonly #claims: Claims | null;
  readonly #unknown: UnknownPlace[] = [];
  readonly #watch: WatchRange | null;
  #table = '';
  #fieldName = '';

  /** One that `keepsUnknown` puts fields that are newer into the records, once `resolveUnknown` is called. */
  constructor(window: ByteWindow, keepsUnknown = false, watch: WatchRange | null = null) {
    this.window = window;
    this.#claims = keepsUnknown ? new Claims(window.size) : null;
    this.#watch = watch;
  }

  /** Reads the fields that are newer, when all that is known has been read. */
  resolveUnknown(): void {
    if (!this.#claims) return;
    const reader = new UnknownReader(this.window, this.#claims);
    reader.resolve(this.#unknown);
    this.end = Math.max(this.end, reader.end);
  }

  /** The table at `position`, with defaults where the file leaves a field out. */
  read<T extends Table>(description: T, position: number): RecordOf<T> {
    const extent = this.#extent(description, position);
    const record: Record<string, unknown> = {};
    for (const { name, field, slot } of description.slots) {
      this.#table = description.name;
      this.#fieldName = name;
      record[name] = this.#field(description, extent, field, slot);
    }
    for (let slot = description.slotCount; 4 + 2 * slot < extent.vtableBytes; slot++) {
      const place = this.#place(description, extent, slot, 1);
      if (place !== 0) this.#meetUnknown(description, extent, record, slot, place);
    }
    return record as RecordOf<T>;
  }

  #meetUnknown(
    description: Table,
    extent: Extent,
    record: Record<string, unknown>,
    slot: number,
    position: number,
  ): void {
    this.unknownFields.set(description.name, (this.unknownFields.get(description.name) ?? 0) + 1);
    if (!this.#claims) return;
    let end = extent.position + extent.tableBytes;
    for (let entry = 4; entry < extent.vtableBytes; entry += 2) {
      const other = extent.position + this.window.uint16(extent.vtable + entry);
      if (other > position) end = Math.min(end, other);
    }
    this.#unknown.push({ record, slot, position, byteLength: end - position });
  }

  /** Where the offset stored at `position` leads. */
  follow(position: number): number {
    return position + this.window.uint32(position);
  }

  #extent(description: Table, position: number): Extent {
    const { window } = this;
    const vtable = position - window.int32(position);
    const vtableBytes = window.uint16(vtable);
    const tableBytes = window.uint16(vtable + 2);
    if (vtableBytes < 4 || vtableBytes % 2 !== 0 || tableBytes < 4) {
      throw window.corrupt(`its ${description.name} table at byte ${position} has no valid layout`);
    }
    window.require(vtable, vtableBytes);
    window.require(position, tableBytes);
    window.spend(vtableBytes + tableBytes);
    this.#table = description.name;
    this.#fieldName = '';
    this.#claims?.addLayout(vtable, vtableBytes);
    this.touch(vtable, vtable + vtableBytes);
    this.touch(position, position + tableBytes);
    return { position, vtable, vtableBytes, tableBytes };
  }

  /** Position of a slot's field, 0 when absent. */
  #place(description: Table, extent: Extent, slot: number, width: number): number {
    const entry = 4 + 2 * slot;
    if (entry + 2 > extent.vtableBytes) return 0;
    const offset = this.window.uint16(extent.vtable + entry);
    if (offset === 0) return 0;
    if (offset < 4 || offset + width > extent.tableBytes) {
      throw this.window.corrupt(`a field of its ${description.name} table at byte ${extent.position} lies outside it`);
    }
    return extent.position + offset;
  }

  #field(description: Table, extent: Extent, field: FieldForm, slot: number): unknown {
    if (field.form === 'scalar') {
      const place = this.#place(description, extent, slot, widths[field.scalar]);
      return nameOrValue(place === 0 ? fallbackOf(field) : this.#scalar(field.scalar, place), field);
    }
    if (field.form === 'union') return this.#union(description, extent, field.members, slot);
    const place = this.#place(description, extent, slot, 4);
    return place === 0 ? null : this.#reference(description, this.follow(place), field);
  }

  #reference(description: Table, position: number, field: FieldForm): unknown {
    switch (field.form) {
      case 'text':
        return this.#text(position);
      case 'vector':
        return this.#vector(position, field);
      case 'range':
        return this.range(position);
      case 'table':
        return this.read(field.table, position);
      case 'tables':
        return this.#tables(description, position, field.table);
      default:
        return null;
    }
  }

  #union(description: Table, extent: Extent, members: readonly Table[], slot: number): UnionValue | null {
    const typePlace = this.#place(description, extent, slot, 1);
    const valuePlace = this.#place(description, extent, slot + 1, 4);
    const type = typePlace === 0 ? 0 : this.window.uint8(typePlace);
    if (type === 0 || valuePlace === 0) return null;
    const member = members[type - 1] ?? table(unknownMember(type), {});
    return { kind: member.name, value: this.read(member, this.follow(valuePlace)) };
  }

  /** A vector of bytes, not read. Throws when it leaves the file. */
  range(position: number): ByteRange {
    const length = this.window.uint32(position);
    this.window.require(position + 4, length);
    this.touch(position, position + 4 + length);
    return { position: position + 4, length };
  }

  #text(position: number): string {
    const { position: start, length } = this.range(position);
    if (length > maxTextBytes) throw this.window.corrupt(`a text at byte ${position} claims ${length} bytes`);
    this.touch(position, start + length + 1);
    return decoder.decode(this.window.bytes(start, length));
  }

  #tables(description: Table, position: number, member: Table): readonly AnyRecord[] {
    const count = this.#count(position, 4);
    if (count > maxListLength) {
      throw this.window.corrupt(`a list of ${member.name} in ${description.name} claims ${count} entries`);
    }
    this.window.spend(count * 4);
    const records: AnyRecord[] = [];
    for (let i = 0; i < count; i++) records.push(this.read(member, this.follow(position + 4 + 4 * i)));
    return records;
  }

  #vector(position: number, field: FieldForm & { readonly form: 'vector' }): unknown {
    const width = widths[field.scalar];
    const count = this.#count(position, width);
    if (field.scalar === 'ubyte') return this.window.bytes(position + 4, count);
    const view = this.window.view(position + 4, count * width);
    const values: (number | bigint)[] = [];
    for (let i = 0; i < count; i++) values.push(scalarAt(view, i * width, field.scalar));
    const { names } = field;
    return names ? values.map((value) => names[Number(value)] ?? String(value)) : values;
  }

  /** Elements of a vector, after checking that they are in the file. */
  #count(position: number, width: number): number {
    const count = this.window.uint32(position);
    this.window.require(position + 4, count * width);
    this.touch(position, position + 4 + count * width);
    return count;
  }

  #scalar(scalar: ScalarType, position: number): number | bigint {
    if (scalar === 'bool' || scalar === 'ubyte') return this.window.uint8(position);
    if (scalar === 'byte') return (this.window.uint8(position) << 24) >> 24;
    if (scalar === 'int') return this.window.int32(position);
    if (scalar === 'uint') return this.window.uint32(position);
    return scalarAt(this.window.view(position, widths[scalar]), 0, scalar);
  }

  /** Marks bytes as part of what is known. */
  touch(start: number, end: number): void {
    this.#claims?.add(start, end);
    this.#watch?.(start, end, this.#table, this.#fieldName);
    if (end > this.end) this.end = end;
  }
}

/** The name of a union's member that is newer than its description; all its fields are unknown. */
export function unknownMember(type: number): string {
  return `type ${type}`;
}

/** The type that `unknownMember` names; null for a name of another kind. */
export function unknownMemberType(name: string): number | null {
  const type = /^type (\d{1,3})$/.exec(name);
  return type ? Number(type[1]) : null;
}

function scalarAt(view: DataView, offset: number, scalar: ScalarType): number | bigint {
  switch (scalar) {
    case 'bool':
    case 'ubyte':
      return view.getUint8(offset);
    case 'byte':
      return view.getInt8(offset);
    case 'short':
      return view.getInt16(offset, true);
    case 'ushort':
      return view.getUint16(offset, true);
    case 'int':
      return view.getInt32(offset, true);
    case 'uint':
      return view.getUint32(offset, true);
    case 'float':
      return view.getFloat32(offset, true);
    case 'long':
      return numberIfExact(view.getBigInt64(offset, true));
    case 'ulong':
      return numberIfExact(view.getBigUint64(offset, true));
  }
}

function numberIfExact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function fallbackOf(field: FieldForm & { readonly form: 'scalar' }): number {
  return field.fallback;
}

function nameOrValue(value: number | bigint, field: FieldForm & { readonly form: 'scalar' }): unknown {
  if (field.scalar === 'bool') return value !== 0;
  return field.names?.[Number(value)] ?? value;
}

/** The numeric value of what `nameOrValue` made. */
export function valueOfName(value: unknown, names: readonly string[] | undefined): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'string') throw new TypeError(`not a scalar: ${typeof value}`);
  const index = names?.indexOf(value) ?? -1;
  const number = index >= 0 ? index : Number(value);
  if (!Number.isInteger(number)) throw new TypeError(`no such enum value: ${value}`);
  return number;
}
