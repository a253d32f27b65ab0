import { maxUnknownDepth } from '../limits';
import type { ByteWindow } from './byteWindow';
import type { Claims } from './claims';

/** A table or vector that no description knows, with all it refers to; the bytes are those of the file. */
export interface UnknownObject {
  /** The table's layout; null for a vector or text. */
  readonly vtable: Uint8Array | null;
  readonly bytes: Uint8Array;
  /** Where it lay, modulo 16: what it is aligned to is not known. */
  readonly phase: number;
  /** What the offsets at these places of `bytes` lead to. */
  readonly children: readonly UnknownChild[];
}

interface UnknownChild {
  readonly at: number;
  readonly object: UnknownObject;
}

/** A field in a slot that is newer than the description of its table. Shows as a text, and is written as it was. */
export class UnknownField {
  readonly text: string;
  readonly #content: Uint8Array | UnknownObject;

  constructor(text: string, content: Uint8Array | UnknownObject) {
    this.text = text;
    this.#content = content;
  }

  /** The bytes of a number, or what the field's offset leads to. */
  get content(): Uint8Array | UnknownObject {
    return this.#content;
  }
}

/** A field met by the reader: where it lies in its table, and how far away the next one is. */
export interface UnknownPlace {
  readonly record: Record<string, unknown>;
  readonly slot: number;
  readonly position: number;
  readonly byteLength: number;
}

/** The name under which a record keeps the field of a slot. */
export function unknownName(slot: number): string {
  return `slot ${slot}`;
}

/** The fields of a record that are newer than its description, by slot. */
export function unknownFieldsOf(
  record: Readonly<Record<string, unknown>>,
): readonly (readonly [number, UnknownField])[] {
  return Object.entries(record).flatMap(([name, value]) =>
    value instanceof UnknownField ? [[Number(name.slice(unknownName(0).length - 1)), value] as const] : [],
  );
}

/** Only those fields, as a record. */
export function unknownPart(record: Readonly<Record<string, unknown>>): Readonly<Record<string, UnknownField>> {
  return Object.fromEntries(unknownFieldsOf(record).map(([slot, field]) => [unknownName(slot), field]));
}

/**
 * Decides what unknown fields hold, which a flatbuffer does not say. All objects of a flatbuffer are referred to once
 * (texts and layouts apart), so four bytes that lead to a place nothing known lies at are an offset; others are a
 * number.
 */
export class UnknownReader {
  readonly #window: ByteWindow;
  readonly #claims: Claims;
  readonly #objects = new Map<number, UnknownObject | null>();
  /** Where each object that was found ends. */
  readonly ends: number[] = [];

  constructor(window: ByteWindow, claims: Claims) {
    this.#window = window;
    this.#claims = claims;
  }

  /** Puts the field into its record. */
  resolve({ record, slot, position, byteLength }: UnknownPlace): void {
    record[unknownName(slot)] = this.#field(position, byteLength);
  }

  #field(position: number, byteLength: number): UnknownField {
    if (byteLength >= 4 && position % 4 === 0) {
      const object = this.#target(position, 0);
      if (object) return new UnknownField(describe(object), object);
    }
    const width = widthOf(position, byteLength);
    const bytes = this.#window.bytes(position, Math.min(width, byteLength)).slice();
    return new UnknownField(describeNumber(bytes), bytes);
  }

  /** What the offset at `place` leads to; null when it is none. */
  #target(place: number, depth: number): UnknownObject | null {
    const position = place + this.#window.uint32(place);
    const known = this.#objects.get(position);
    if (known !== undefined) {
      if (known) this.#window.spend(known.bytes.length);
      return known;
    }
    const end = depth > maxUnknownDepth || position % 4 !== 0 ? null : this.#claims.freeUntil(position);
    const object = end === null || end < position + 4 ? null : this.#object(position, end, depth);
    this.#objects.set(position, object);
    return object;
  }

  #object(position: number, end: number, depth: number): UnknownObject | null {
    return this.#table(position, end, depth) ?? this.#vector(position, end, depth);
  }

  #table(position: number, end: number, depth: number): UnknownObject | null {
    const vtable = position - this.#window.int32(position);
    if (vtable === position || !this.#isFree(vtable, 4)) return null;
    const vtableBytes = this.#window.uint16(vtable);
    const tableBytes = this.#window.uint16(vtable + 2);
    if (vtableBytes < 4 || vtableBytes % 2 !== 0 || tableBytes < 4 || position + tableBytes > end) return null;
    const offsets = this.#isFree(vtable, vtableBytes) ? this.#offsets(vtable, vtableBytes, tableBytes) : null;
    if (!offsets) return null;
    const children = offsets.flatMap((at, i) => {
      const isWide = (offsets[i + 1] ?? tableBytes) - at >= 4 && (position + at) % 4 === 0;
      const object = isWide ? this.#target(position + at, depth + 1) : null;
      return object ? [{ at, object }] : [];
    });
    const layout = this.#window.bytes(vtable, vtableBytes).slice();
    return this.#block(layout, position, tableBytes, children);
  }

  /** Where the fields of a table lie in it, in order; null when that is no layout of such a table. */
  #offsets(vtable: number, vtableBytes: number, tableBytes: number): readonly number[] | null {
    const offsets = new Set<number>();
    for (let entry = 4; entry < vtableBytes; entry += 2) {
      const offset = this.#window.uint16(vtable + entry);
      if (offset !== 0 && (offset < 4 || offset >= tableBytes)) return null;
      if (offset !== 0) offsets.add(offset);
    }
    return [...offsets].sort((a, b) => a - b);
  }

  /** A layout may be shared with a table that is known; then it lies where something known does. */
  #isFree(position: number, length: number): boolean {
    return (
      position >= 0 &&
      position + length <= this.#window.size &&
      (this.#claims.freeUntil(position) !== null || this.#claims.isLayout(position))
    );
  }

  #vector(position: number, end: number, depth: number): UnknownObject | null {
    const count = this.#window.uint32(position);
    const start = position + 4;
    if (start + count > end) return null;
    const children = this.#listed(start, count, end, depth);
    if (children) return this.#block(null, position, 4 + 4 * count, children);
    if (this.#isText(start, count, end)) return this.#block(null, position, 4 + count + 1, []);
    // Elements are at most 8 bytes wide; what lies behind narrower ones is copied in vain.
    return this.#block(null, position, Math.min(4 + 8 * count, end - position), [], 4 + count);
  }

  /** The tables or texts of a list; null when the vector is no list. */
  #listed(start: number, count: number, end: number, depth: number): readonly UnknownChild[] | null {
    if (count === 0 || start + 4 * count > end) return null;
    const children: UnknownChild[] = [];
    for (let at = 4; at < 4 + 4 * count; at += 4) {
      const object = this.#target(start - 4 + at, depth + 1);
      if (!object || (object.vtable === null && textOf(object) === null)) return null;
      children.push({ at, object });
    }
    return children;
  }

  #isText(start: number, count: number, end: number): boolean {
    if (start + count >= end || this.#window.uint8(start + count) !== 0) return false;
    this.#window.require(start, count);
    return this.#window.bytes(start, count).every((byte) => byte >= 0x20 || byte === 0x0a);
  }

  #block(
    vtable: Uint8Array | null,
    position: number,
    byteLength: number,
    children: readonly UnknownChild[],
    certainBytes = byteLength,
  ): UnknownObject {
    const bytes = this.#window.bytes(position, byteLength).slice();
    this.ends.push(position + certainBytes);
    return { vtable, bytes, phase: position % 16, children };
  }
}

/** The widest number that can stand at a place, or a struct in whole words. */
function widthOf(position: number, byteLength: number): number {
  if (byteLength > 8) return byteLength;
  return [8, 4, 2, 1].find((width) => width <= byteLength && position % Math.min(width, 4) === 0) ?? 1;
}

function textOf({ vtable, bytes }: UnknownObject): string | null {
  const count = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (vtable !== null || bytes.length !== 4 + count + 1) return null;
  return new TextDecoder().decode(bytes.subarray(4, 4 + count));
}

function describe(object: UnknownObject): string {
  if (object.vtable) return `a table of ${(object.vtable.length - 4) / 2} fields`;
  const text = textOf(object);
  if (text !== null) return JSON.stringify(text);
  const count = new DataView(object.bytes.buffer, object.bytes.byteOffset).getUint32(0, true);
  return object.children.length > 0 ? `a list of ${count}` : `a vector of ${count}`;
}

function describeNumber(bytes: Uint8Array): string {
  if (bytes.length > 8) return `${bytes.length} bytes`;
  const value = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return `${value} (${bytes.length} bytes)`;
}
