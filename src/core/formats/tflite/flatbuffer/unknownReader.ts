import type { ByteWindow } from './byteWindow';
import type { Claims } from './claims';
import type { UnknownChild, UnknownObject } from './unknownFields';
import { UnknownField, unknownName } from './unknownFields';

/** A field met by the reader: where it lies in its table, and how far away the next one is. */
export interface UnknownPlace {
  readonly record: Record<string, unknown>;
  readonly slot: number;
  readonly position: number;
  readonly byteLength: number;
}

/** Four bytes that may be an offset. */
interface Candidate {
  readonly position: number;
  readonly target: number;
  readonly resolve: (object: UnknownObject) => void;
  /** For four bytes that are small and lead to zeros. */
  readonly doubt: () => void;
  /** One of a list, so that it is an offset. */
  readonly isListed: boolean;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Padding is shorter than the widest alignment. */
const widestAlignment = 16;

/** A number below this may as well lead to a vector without elements in the padding nearby. */
const smallNumber = 64;

/**
 * Decides what unknown fields hold, which a flatbuffer does not say. All objects of a flatbuffer are referred to once
 * (layouts apart) and lie side by side, so four bytes are an offset when they lead to free bytes that are a
 * table or a text, or, where those leave a gap, a vector that begins with the gap; others are a number.
 * A number that happens to be the distance to such an object is taken for an offset.
 */
export class UnknownReader {
  /** One past the last byte of what was found. */
  end = 0;
  readonly #window: ByteWindow;
  readonly #claims: Claims;
  readonly #takenWords = new Set<number>();
  readonly #taken: Range[] = [];
  readonly #waiting: Candidate[] = [];
  readonly #left: Candidate[] = [];
  /** What to do when every object has its children. */
  readonly #results: (() => void)[] = [];

  constructor(window: ByteWindow, claims: Claims) {
    this.#window = window;
    this.#claims = claims;
  }

  /** Puts each field into its record. */
  resolve(places: readonly UnknownPlace[]): void {
    // Children lie close behind their parents: where two places lead to one object, the closer one is its parent.
    for (const place of [...places].sort((a, b) => a.position - b.position)) this.#start(place);
    for (let next = this.#waiting.pop(); next; next = this.#waiting.pop()) this.#resolveCertain(next);
    this.#resolveVectors();
    for (const put of this.#results) put();
  }

  #start({ record, slot, position, byteLength }: UnknownPlace): void {
    const width = widthOf(position, byteLength);
    const bytes = this.#window.bytes(position, width).slice();
    const put = (field: UnknownField): void => void (record[unknownName(slot)] = field);
    put(new UnknownField(bytes));
    if (width < 4) return;
    this.#consider(
      position,
      (object) => this.#results.push(() => put(new UnknownField(object))),
      () => put(new UnknownField(bytes.subarray(0, 4), true)),
    );
  }

  #consider(
    position: number,
    resolve: Candidate['resolve'],
    doubt: Candidate['doubt'] = () => undefined,
    isListed = false,
  ): void {
    const target = position + this.#window.uint32(position);
    if (target === position || position % 4 !== 0 || target % 4 !== 0) return;
    if (this.#freeEnd(target) < target + 4) return;
    this.#waiting.push({ position, target, resolve, doubt, isListed });
  }

  #freeEnd(position: number): number {
    return this.#claims.freeUntil(position) ?? position;
  }

  #resolveCertain(candidate: Candidate): void {
    const { target, resolve } = candidate;
    const object = this.#table(target) ?? this.#text(target) ?? this.#list(target);
    if (object) resolve(object);
    else this.#left.push(candidate);
  }

  #table(position: number): UnknownObject | null {
    const layout = this.#layoutOf(position);
    if (!layout || !this.#take(position, layout.tableBytes)) return null;
    const { object, children, doubtful } = this.#block(layout.vtable, position, layout.tableBytes);
    layout.offsets.forEach((at, i) => {
      if ((layout.offsets[i + 1] ?? layout.tableBytes) - at < 4) return;
      this.#consider(
        position + at,
        (child) => children.push({ at, object: child }),
        () => doubtful.push(at),
      );
    });
    return object;
  }

  /** The layout of the table at a place; null when there is none. It may be one that a known table has too. */
  #layoutOf(position: number) {
    const vtable = position - this.#window.int32(position);
    if (vtable === position || vtable % 2 !== 0 || !this.#mayBeLayout(vtable, 4)) return null;
    const vtableBytes = this.#window.uint16(vtable);
    const tableBytes = this.#window.uint16(vtable + 2);
    if (vtableBytes < 4 || vtableBytes % 2 !== 0 || tableBytes < 4 || position + tableBytes > this.#freeEnd(position)) {
      return null;
    }
    const offsets = this.#mayBeLayout(vtable, vtableBytes) ? this.#offsets(vtable, vtableBytes, tableBytes) : null;
    return offsets && { vtable: this.#window.bytes(vtable, vtableBytes).slice(), tableBytes, offsets };
  }

  #mayBeLayout(position: number, length: number): boolean {
    if (position < 0 || position + length > this.#window.size) return false;
    return this.#claims.isLayout(position) || this.#freeEnd(position) >= position + length;
  }

  /** Where the fields of a table lie in it, in order; null when that is no layout of such a table. */
  #offsets(vtable: number, vtableBytes: number, tableBytes: number): readonly number[] | null {
    const offsets = new Set<number>();
    for (let entry = 4; entry < vtableBytes; entry += 2) {
      const offset = this.#window.uint16(vtable + entry);
      if (offset !== 0 && (offset < 4 || offset >= tableBytes || offsets.has(offset))) return null;
      if (offset !== 0) offsets.add(offset);
    }
    return [...offsets].sort((a, b) => a - b);
  }

  #text(position: number): UnknownObject | null {
    const length = this.#textLength(position);
    if (length === null || !this.#take(position, 4 + length + 1)) return null;
    return this.#block(null, position, 4 + length + 1).object;
  }

  /** Bytes of the text at a place, which ends with a zero; null when it is none. */
  #textLength(position: number): number | null {
    const length = this.#window.uint32(position);
    if (length === 0 || position + 4 + length + 1 > this.#freeEnd(position)) return null;
    if (this.#window.uint8(position + 4 + length) !== 0) return null;
    const bytes = this.#window.bytes(position + 4, length);
    return bytes.every((byte) => byte >= 0x20 || byte === 0x0a) ? length : null;
  }

  /** A vector of offsets, each to a table or a text. */
  #list(position: number): UnknownObject | null {
    const count = this.#window.uint32(position);
    if (count === 0 || position + 4 + 4 * count > this.#freeEnd(position)) return null;
    const places = Array.from({ length: count }, (_, i) => position + 4 + 4 * i);
    if (!places.every((place) => this.#leadsToObject(place)) || !this.#take(position, 4 + 4 * count)) return null;
    const { object, children } = this.#block(null, position, 4 + 4 * count);
    for (const place of places) {
      const put = (child: UnknownObject): void => void children.push({ at: place - position, object: child });
      this.#consider(place, put, undefined, true);
    }
    return object;
  }

  #leadsToObject(place: number): boolean {
    const target = place + this.#window.uint32(place);
    if (target === place || target % 4 !== 0 || this.#freeEnd(target) < target + 4) return false;
    return this.#layoutOf(target) !== null || this.#textLength(target) !== null || this.#isEmptyText(target);
  }

  #isEmptyText(position: number): boolean {
    return this.#window.uint32(position) === 0 && this.#freeEnd(position) > position + 4;
  }

  /** Marks bytes as those of one object; false when another has some of them. */
  #take(position: number, length: number): boolean {
    this.#window.spend(length);
    const words = Array.from({ length: Math.ceil(length / 4) }, (_, i) => position / 4 + i);
    if (words.some((word) => this.#takenWords.has(word))) return false;
    for (const word of words) this.#takenWords.add(word);
    this.#taken.push({ start: position, end: position + length });
    this.end = Math.max(this.end, position + length);
    return true;
  }

  #block(vtable: Uint8Array | null, position: number, byteLength: number) {
    const bytes = this.#window.bytes(position, byteLength).slice();
    const children: UnknownChild[] = [];
    const doubtful: number[] = [];
    const object: UnknownObject = { vtable, bytes, phase: position % widestAlignment, children, doubtful };
    return { object, children, doubtful };
  }

  /** Vectors of numbers, which can only be told by where they begin, from front to back. */
  #resolveVectors(): void {
    const found = [...this.#taken].sort((a, b) => a.start - b.start);
    const candidates = this.#left.sort((a, b) => a.target - b.target || b.position - a.position);
    let next = 0;
    let last: Range & { readonly elements: number } = { start: 0, end: 0, elements: 0 };
    for (const { target, resolve, doubt, position, isListed } of candidates) {
      for (; next < found.length && found[next]!.start <= target; next++) {
        if (found[next]!.end > last.end) last = { ...found[next]!, elements: 0 };
      }
      const end = Math.min(this.#freeEnd(target), found[next]?.start ?? Infinity);
      const count = this.#window.uint32(target);
      if (target + 4 + count > end || !this.#follows(target, last)) continue;
      // Elements are at most 8 bytes wide; what lies behind narrower ones is copied in vain, and the end of a text.
      const byteLength = Math.min(8 + 8 * count, end - target);
      if (count === 0 && target - position < smallNumber && !isListed) doubt();
      else resolve(this.#block(null, target, byteLength).object);
      last = { start: target, end: target + 4 + count, elements: count };
      this.end = Math.max(this.end, last.end);
    }
  }

  /** Whether nothing but padding lies between what is taken and a place. */
  #follows(target: number, last: Range & { readonly elements: number }): boolean {
    if (target === last.start || this.#takenWords.has(target / 4)) return false;
    const ends = last.elements === 0 ? [last.end] : [1, 2, 4, 8].map((width) => last.start + 4 + width * last.elements);
    return ends.some((end) => this.#isPadding(Math.max(end, this.#claims.freeFrom(target)), target));
  }

  #isPadding(start: number, end: number): boolean {
    if (start > end || end - start >= widestAlignment) return false;
    return start === end || this.#window.bytes(start, end - start).every((byte) => byte === 0);
  }
}

/** The widest number that can stand at a place, or a struct. */
function widthOf(position: number, byteLength: number): number {
  if (byteLength > 8) return byteLength;
  return [8, 4, 2, 1].find((width) => width <= byteLength && position % Math.min(width, 4) === 0) ?? 1;
}
