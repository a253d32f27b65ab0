import { ByteSink } from './byteSink';
import type { AnyRecord, FieldForm, ScalarType, Table, UnionValue } from './fields';
import { widthOf } from './layouts';
import { unknownMemberType, valueOfName } from './readRecord';
import { table as newTable } from './fields';
import type { UnknownField, UnknownObject } from './unknownFields';
import { unknownFieldsOf } from './unknownFields';

/** Bytes that go into the file when everything else is in place. */
export interface DeferredBytes {
  readonly byteLength: number;
  read(): Uint8Array;
}

interface Slot {
  readonly slot: number;
  readonly width: number;
  /** Writes the field, given its place; references write what they point to and then their offset. */
  readonly write: (place: number) => void;
  /** The field's number, where it may be an offset to a vector without elements. */
  readonly doubtful?: number;
}

interface Deferred {
  readonly place: number;
  readonly align: number;
  readonly bytes: DeferredBytes;
}

const encoder = new TextEncoder();

/**
 * Writes tables front to back, each before what it refers to (flatbuffer offsets lead forward), equal vtables once.
 * Byte ranges follow at the end: first `write` the root, then `finish`.
 */
export class RecordWriter {
  readonly sink = new ByteSink();
  readonly #vtables = new Map<string, number>();
  readonly #deferred: Deferred[] = [];

  /** Writes a table and returns its position. */
  write(description: Table, record: AnyRecord): number {
    const slots: Slot[] = [];
    for (const { name, field, slot } of description.slots) slots.push(...this.#slots(field, record[name], slot));
    for (const [slot, field] of unknownFieldsOf(record)) slots.push(this.#unknownSlot(slot, field));
    slots.sort((a, b) => b.width - a.width);
    const offsets = placesOf(slots);
    const vtable = this.#vtable(slots, offsets);
    const hasLong = (slots[0]?.width ?? 0) >= 8;
    this.sink.align(hasLong ? 8 : 4, hasLong ? 4 : 0);
    const position = this.sink.reserve(offsets.end);
    this.sink.view.setInt32(position, position - vtable, true);
    for (const [i, { doubtful = 0 }] of slots.entries()) {
      if (doubtful > 0) this.#zerosAt(position + offsets.at[i]! + doubtful);
    }
    for (const [i, { write }] of slots.entries()) write(position + offsets.at[i]!);
    return position;
  }

  /** Puts the offset at `place` that leads to `target`. */
  point(place: number, target: number): void {
    this.sink.view.setUint32(place, target - place, true);
  }

  /**
   * The tables, then every byte range, each with its length before it and aligned as its field asks. `onLength` is told
   * the length before any range is read.
   */
  finish(onLength: (length: number) => void = () => undefined): Uint8Array {
    let end = this.sink.length;
    const starts = this.#deferred.map(({ align, bytes }) => {
      const start = Math.ceil((end + 4) / align) * align;
      end = start + bytes.byteLength;
      return start;
    });
    for (const [i, { place }] of this.#deferred.entries()) this.point(place, starts[i]! - 4);
    const file = new Uint8Array(Math.ceil(end / 4) * 4);
    onLength(file.length);
    const view = new DataView(file.buffer);
    file.set(this.sink.bytes());
    for (const [i, { bytes }] of this.#deferred.entries()) {
      view.setUint32(starts[i]! - 4, bytes.byteLength, true);
      file.set(bytes.read(), starts[i]);
    }
    return file;
  }

  #slots(field: FieldForm, value: unknown, slot: number): Slot[] {
    if (value === null || value === undefined || field.form === 'reserved') return [];
    if (field.form === 'scalar') {
      const number = valueOfName(value, field.names);
      if (Number(number) === field.fallback) return [];
      const { scalar } = field;
      return [{ slot, width: widthOf(scalar), write: (place) => this.#scalar(place, scalar, number) }];
    }
    if (field.form === 'union') return this.#union(field.members, value as UnionValue, slot);
    return [{ slot, width: 4, write: (place) => this.#reference(place, field, value) }];
  }

  #union(members: readonly Table[], value: UnionValue, slot: number): Slot[] {
    const index = members.findIndex((each) => each.name === value.kind);
    const type = index < 0 ? unknownMemberType(value.kind) : index + 1;
    if (type === null) throw new TypeError(`no such union member: ${value.kind}`);
    const member = members[index] ?? newTable(value.kind, {});
    return [
      { slot, width: 1, write: (place) => this.sink.view.setUint8(place, type) },
      { slot: slot + 1, width: 4, write: (place) => this.point(place, this.write(member, value.value)) },
    ];
  }

  #unknownSlot(slot: number, field: UnknownField): Slot {
    const { content, isDoubtful } = field;
    if (!(content instanceof Uint8Array)) {
      return { slot, width: 4, write: (place) => this.#unknownObject(place, content) };
    }
    const width = content.length > 8 ? Math.ceil(content.length / 8) * 8 : content.length;
    const write = (place: number): void => this.sink.bytes().set(content, place);
    return isDoubtful ? { slot, width, write, doubtful: countAt(content, 0) } : { slot, width, write };
  }

  /** An object and all it refers to. */
  #unknownObject(place: number, object: UnknownObject): void {
    const waiting = [{ place, object }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { vtable, bytes, phase, children, doubtful } = next.object;
      this.sink.align(2);
      const layout = this.sink.length;
      if (vtable) this.sink.append(vtable);
      this.sink.align(16, phase);
      const start = this.sink.length;
      this.point(next.place, start);
      this.sink.append(bytes);
      if (vtable) this.sink.view.setInt32(start, start - layout, true);
      for (const at of doubtful) this.#zerosAt(start + at + countAt(bytes, at));
      for (const { at, object: child } of children) waiting.push({ place: start + at, object: child });
    }
  }

  /** What a number that may be an offset leads to: a vector without elements, should it be one. */
  #zerosAt(place: number): void {
    this.sink.reserve(Math.max(0, place + 4 - this.sink.length));
  }

  #reference(place: number, field: FieldForm, value: unknown): void {
    if (field.form === 'range') {
      const bytes = value as DeferredBytes;
      this.#deferred.push({ place, align: Math.max(field.align, 4), bytes });
    } else if (field.form === 'table') this.point(place, this.write(field.table, value as AnyRecord));
    else if (field.form === 'tables') this.#tables(place, field.table, value as readonly AnyRecord[]);
    else if (field.form === 'text') this.point(place, this.#text(value as string));
    else if (field.form === 'vector') this.point(place, this.#vector(field, value as ArrayLike<number | string>));
  }

  #tables(place: number, table: Table, records: readonly AnyRecord[]): void {
    this.sink.align(4);
    const start = this.sink.reserve(4 + 4 * records.length);
    this.point(place, start);
    this.sink.view.setUint32(start, records.length, true);
    for (const [i, record] of records.entries()) this.point(start + 4 + 4 * i, this.write(table, record));
  }

  #text(value: string): number {
    const bytes = encoder.encode(value);
    this.sink.align(4);
    const start = this.sink.reserve(4 + bytes.length + 1);
    this.sink.view.setUint32(start, bytes.length, true);
    this.sink.bytes().set(bytes, start + 4);
    return start;
  }

  #vector(field: FieldForm & { readonly form: 'vector' }, values: ArrayLike<unknown>): number {
    const width = widthOf(field.scalar);
    const align = Math.max(4, width, field.align ?? 1);
    this.sink.align(align, align - 4);
    const start = this.sink.reserve(4 + width * values.length);
    this.sink.view.setUint32(start, values.length, true);
    if (values instanceof Uint8Array) this.sink.bytes().set(values, start + 4);
    else {
      for (let i = 0; i < values.length; i++) {
        this.#scalar(start + 4 + width * i, field.scalar, valueOfName(values[i], field.names));
      }
    }
    return start;
  }

  #scalar(place: number, scalar: ScalarType, value: number | bigint): void {
    const { view } = this.sink;
    if (scalar === 'long' || scalar === 'ulong') view.setBigUint64(place, BigInt.asUintN(64, BigInt(value)), true);
    else if (scalar === 'float') view.setFloat32(place, Number(value), true);
    else if (widthOf(scalar) === 4) view.setInt32(place, Number(value), true);
    else if (widthOf(scalar) === 2) view.setInt16(place, Number(value), true);
    else view.setInt8(place, Number(value));
  }

  #vtable(slots: readonly Slot[], offsets: Offsets): number {
    const count = slots.reduce((most, { slot }) => Math.max(most, slot + 1), 0);
    const entries = new Uint16Array(2 + count);
    entries[0] = 2 * entries.length;
    entries[1] = offsets.end;
    for (const [i, { slot }] of slots.entries()) entries[2 + slot] = offsets.at[i]!;
    const key = entries.join();
    const known = this.#vtables.get(key);
    if (known !== undefined) return known;
    this.sink.align(2);
    const position = this.sink.reserve(2 * entries.length);
    for (const [i, entry] of entries.entries()) this.sink.view.setUint16(position + 2 * i, entry, true);
    this.#vtables.set(key, position);
    return position;
  }
}

function countAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
}

/** Offsets of fields in their table, widest first, and the table's size. */
interface Offsets {
  readonly at: readonly number[];
  readonly end: number;
}

function placesOf(slots: readonly Slot[]): Offsets {
  let end = 4;
  const at = slots.map(({ width }) => {
    const place = end;
    end += width;
    return place;
  });
  return { at, end };
}
