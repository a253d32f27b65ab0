import { maxListLength, maxTextBytes } from '../limits';
import type { ByteWindow } from './byteWindow';
import { Claims } from './claims';
import type { AnyRecord, ByteRange, FieldForm, RecordOf, ScalarType, Table, UnionValue } from './fields';
import { table } from './fields';
import type { Layout, PresentField } from './layouts';
import { Layouts, nameOrValue, widthOf } from './layouts';
import type { UnknownPlace } from './unknownReader';
import { UnknownReader } from './unknownReader';
import { floatsOf, intsOf, scalarAt, scalarsOf } from './vectors';

/** Told of each field that the description of today does not know, by table. */
export type UnknownFields = Map<string, number>;

/** Told of each range of the file that is read, and whose it is: a table's own bytes have no field. */
export type WatchRange = (start: number, end: number, tableName: string, field: string) => void;

/** Elements of a vector up to which it is read through pages. */
const shortVector = 16;

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
  readonly #layouts: Layouts;
  readonly #watch: WatchRange | null;
  #table = '';
  #fieldName = '';

  /** One that `keepsUnknown` puts fields that are newer into the records, once `resolveUnknown` is called. */
  constructor(window: ByteWindow, keepsUnknown = false, watch: WatchRange | null = null) {
    this.window = window;
    this.#layouts = new Layouts(window);
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
    const { window } = this;
    const layout = this.#layouts.of(description, position);
    const { vtable, vtableBytes, tableBytes, present, unknown } = layout;
    window.require(position, tableBytes);
    window.spend(vtableBytes + tableBytes);
    this.#table = description.name;
    this.#fieldName = '';
    this.#claims?.addLayout(vtable, vtableBytes);
    this.touch(vtable, vtable + vtableBytes);
    this.touch(position, position + tableBytes);
    const record: Record<string, unknown> = { ...layout.blank };
    for (const each of present) {
      this.#table = description.name;
      this.#fieldName = each.name;
      record[each.name] = this.#field(description, position, each);
    }
    for (const [slot, offset] of unknown) this.#meetUnknown(description, layout, record, slot, position, offset);
    return record as RecordOf<T>;
  }

  #meetUnknown(
    description: Table,
    { vtable, vtableBytes, tableBytes }: Layout,
    record: Record<string, unknown>,
    slot: number,
    table: number,
    offset: number,
  ): void {
    this.unknownFields.set(description.name, (this.unknownFields.get(description.name) ?? 0) + 1);
    if (!this.#claims) return;
    let end = tableBytes;
    for (let entry = 4; entry < vtableBytes; entry += 2) {
      const other = this.window.uint16(vtable + entry);
      if (other > offset) end = Math.min(end, other);
    }
    this.#unknown.push({ record, slot, position: table + offset, byteLength: end - offset });
  }

  /** Where the offset stored at `position` leads. */
  follow(position: number): number {
    return position + this.window.uint32(position);
  }

  #field(description: Table, table: number, { field, offset, typeOffset }: PresentField): unknown {
    const place = table + offset;
    switch (field.form) {
      case 'scalar':
        return nameOrValue(this.#scalar(field.scalar, place), field);
      case 'text':
        return this.#text(this.follow(place));
      case 'vector':
        return this.#vector(this.follow(place), field);
      case 'range':
        return this.range(this.follow(place));
      case 'table':
        return this.read(field.table, this.follow(place));
      case 'tables':
        return this.#tables(description, this.follow(place), field.table);
      case 'union':
        return this.#union(field.members, table + typeOffset, place);
      default:
        return null;
    }
  }

  #union(members: readonly Table[], typePlace: number, place: number): UnionValue | null {
    const type = this.window.uint8(typePlace);
    if (type === 0) return null;
    const member = members[type - 1] ?? table(unknownMember(type), {});
    return { kind: member.name, value: this.read(member, this.follow(place)) };
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
    const { scalar, names, isPacked = false } = field;
    const width = widthOf(scalar);
    const count = this.#count(position, width);
    const start = position + 4;
    if (scalar === 'ubyte') return this.window.bytes(start, count);
    if (scalar === 'int' && count <= shortVector) return this.#shortInts(start, count);
    if (isPacked) {
      const packed = scalar === 'float' ? this.#floats(start, count) : intsOf(this.window.bytes(start, 8 * count));
      if (packed !== null) return packed;
    }
    const values = scalarsOf(this.window.view(start, count * width), count, width, scalar);
    return names ? values.map((value) => names[Number(value)] ?? String(value)) : values;
  }

  /** Shapes and operands: through pages, which costs less than a view of their own. */
  #shortInts(start: number, count: number): number[] {
    this.window.spend(4 * count);
    const values: number[] = [];
    for (let i = 0; i < count; i++) values.push(this.window.int32(start + 4 * i));
    return values;
  }

  #floats(start: number, count: number): Float32Array {
    if (count > shortVector) return floatsOf(this.window.bytes(start, 4 * count));
    this.window.spend(4 * count);
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = this.window.float32(start + 4 * i);
    return values;
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
    return scalarAt(this.window.view(position, widthOf(scalar)), 0, scalar);
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
