import { ModelError } from '../../../ir/errors';
import type { ByteWindow } from './byteWindow';

/** Messages inside messages. Protobuf's own parsers stop at the same depth (protobuf.dev, "Proto Limits"). */
const MAX_NESTING = 100;

/** A 64-bit varint has at most ten bytes. */
const MAX_VARINT_BYTES = 10;

/** Seven groups of seven bits are sure to fit a Number exactly. */
const NUMBER_VARINT_BYTES = 7;

export type WireType = 'varint' | 'fixed64' | 'bytes' | 'fixed32';

const WIRE_TYPES: readonly (WireType | null)[] = ['varint', 'fixed64', 'bytes', null, null, 'fixed32'];

/**
 * Walks the fields of one message without copying or decoding: `while (cursor.next()) switch (cursor.field) ...`.
 * The value of a length-delimited field is only its place, so a weight is passed over for free. A file is parsed once,
 * before anything is compiled for speed: fields are plain properties, declared and set once.
 */
export class ProtoCursor {
  declare readonly window: ByteWindow;
  declare readonly depth: number;
  /** Field number and wire type of the current field. */
  declare field: number;
  declare wire: WireType;
  /** Where the current field's tag begins. */
  declare fieldStart: number;
  /** Where the current field ends and the next begins. */
  declare fieldEnd: number;
  /** Where the current field's value lies (for `bytes`: after the length). */
  declare offset: number;
  declare length: number;
  declare private end: number;
  declare private varint: number;
  /** Set instead of `varint` where a Number is not sure to be exact. */
  declare private big: bigint | null;
  /** Serves one message after another. */
  declare private inner: ProtoCursor | null;

  /** Throws ModelError `too-deep` beyond 100 nested messages. */
  constructor(window: ByteWindow, start: number, end: number, depth = 0) {
    if (depth > MAX_NESTING) throw tooDeep(window);
    this.window = window;
    this.depth = depth;
    this.field = 0;
    this.wire = 'varint';
    this.fieldStart = start;
    this.fieldEnd = start;
    this.offset = 0;
    this.length = 0;
    this.end = end;
    this.varint = 0;
    this.big = null;
    this.inner = null;
  }

  /** Steps to the next field; false at the end. Throws ModelError `corrupt` or `truncated`. */
  next(): boolean {
    const start = this.fieldEnd;
    const { end } = this;
    if (start >= end) return false;
    this.fieldStart = start;
    const { bytes, start: base } = this.window;
    const tag = bytes[start - base]!;
    const second = bytes[start - base + 1]!;
    // Nearly all fields: a tag and a number or length of one byte each. Outside the window both are undefined.
    if (tag < 0x80 && second < 0x80 && tag > 7) {
      const wire = tag & 7;
      const offset = start + 2;
      if (wire === 2 && offset + second <= end) {
        this.field = tag >> 3;
        this.wire = 'bytes';
        this.offset = offset;
        this.length = second;
        this.fieldEnd = offset + second;
        return true;
      }
      if (wire === 0 && offset <= end) {
        this.field = tag >> 3;
        this.wire = 'varint';
        this.offset = start + 1;
        this.length = 1;
        this.varint = second;
        this.big = null;
        this.fieldEnd = offset;
        return true;
      }
    }
    this.readField();
    return true;
  }

  /** The current varint as int64: a Number where it is exact, else a bigint. Fixed-width and byte fields give 0. */
  int(): number | bigint {
    if (this.wire !== 'varint') return 0;
    if (this.big === null) return this.varint;
    const signed = BigInt.asIntN(64, this.big);
    const number = Number(signed);
    return Number.isSafeInteger(number) ? number : signed;
  }

  /** The current varint as a Number; huge values lose their last digits. */
  number(): number {
    return Number(this.int());
  }

  float(): number {
    if (this.wire !== 'fixed32') return 0;
    const bytes = this.window.slice(this.offset, 4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);
  }

  bytes(): Uint8Array {
    return this.wire === 'bytes' ? this.window.slice(this.offset, this.length) : new Uint8Array(0);
  }

  text(): string {
    return this.wire === 'bytes' ? this.window.text(this.offset, this.length) : '';
  }

  /** How deep the current field lies as a message. Throws as `message` does, and makes no cursor. */
  innerDepth(): number {
    if (this.wire !== 'bytes') throw this.corrupt();
    if (this.depth >= MAX_NESTING) throw tooDeep(this.window);
    return this.depth + 1;
  }

  /**
   * A cursor over the current field as a message, good until the next call: it is the same one each time. Throws
   * ModelError `corrupt` when the field is a number.
   */
  message(): ProtoCursor {
    if (this.wire !== 'bytes') throw this.corrupt();
    const { offset } = this;
    const end = offset + this.length;
    const { inner } = this;
    if (inner === null) return (this.inner = new ProtoCursor(this.window, offset, end, this.depth + 1));
    inner.fieldStart = offset;
    inner.fieldEnd = offset;
    inner.end = end;
    return inner;
  }

  /** Calls `each` for a repeated varint field, packed or not. */
  eachVarint(each: (value: number | bigint) => void): void {
    if (this.wire === 'varint') {
      each(this.int());
      return;
    }
    if (this.wire !== 'bytes') throw this.corrupt();
    const { end, fieldEnd } = this;
    this.wire = 'varint';
    this.fieldEnd = this.offset;
    this.end = fieldEnd;
    while (this.fieldEnd < fieldEnd) {
      this.readVarint();
      each(this.int());
    }
    this.wire = 'bytes';
    this.end = end;
  }

  /** Calls `each` for a repeated float field, packed or not. */
  eachFloat(each: (value: number) => void): void {
    if (this.wire === 'fixed32') {
      each(this.float());
      return;
    }
    if (this.wire !== 'bytes' || this.length % 4 !== 0) throw this.corrupt();
    const bytes = this.bytes();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.byteLength; at += 4) each(view.getFloat32(at, true));
  }

  /** A field from its tag on, whatever its sizes. */
  private readField(): void {
    this.readVarint();
    const tag = this.varint;
    const wire = this.big === null ? WIRE_TYPES[tag % 8] : undefined;
    this.field = Math.floor(tag / 8);
    if (!wire || this.field === 0 || tag > 0xffffffff) throw this.corrupt();
    this.wire = wire;
    this.readValue(wire);
  }

  private readValue(wire: WireType): void {
    if (wire === 'varint') {
      this.offset = this.fieldEnd;
      this.readVarint();
      this.length = this.fieldEnd - this.offset;
      return;
    }
    if (wire === 'bytes') this.readVarint();
    const length = wire === 'bytes' ? this.varint : wire === 'fixed32' ? 4 : 8;
    if (wire === 'bytes' && this.big !== null) throw this.corrupt();
    if (length > this.end - this.fieldEnd) throw this.overrun(this.fieldEnd + length);
    this.offset = this.fieldEnd;
    this.length = length;
    this.fieldEnd += length;
  }

  private readVarint(): void {
    const first = this.nextByte();
    if (first < 0x80) {
      this.varint = first;
      this.big = null;
      return;
    }
    this.readLongVarint(first & 0x7f);
  }

  private readLongVarint(first: number): void {
    let value = first;
    let scale = 0x80;
    for (let count = 1; count < NUMBER_VARINT_BYTES; count++) {
      const byte = this.nextByte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        this.varint = value;
        this.big = null;
        return;
      }
      scale *= 0x80;
    }
    this.readBigVarint(value);
  }

  private readBigVarint(low: number): void {
    let value = BigInt(low);
    for (let count = NUMBER_VARINT_BYTES; count < MAX_VARINT_BYTES; count++) {
      const byte = this.nextByte();
      value |= BigInt(byte & 0x7f) << BigInt(7 * count);
      if (byte < 0x80) {
        this.big = BigInt.asUintN(64, value);
        return;
      }
    }
    throw this.corrupt();
  }

  private nextByte(): number {
    if (this.fieldEnd >= this.end) throw this.overrun(this.fieldEnd + 1);
    return this.window.byte(this.fieldEnd++);
  }

  private overrun(wanted: number): ModelError {
    const { source } = this.window;
    if (this.end < source.size || this.depth > 0) return this.corrupt();
    return new ModelError(
      'truncated',
      `${source.name} ends early: it has ${source.size} bytes and its content goes to ${wanted} at least.`,
    );
  }

  private corrupt(): ModelError {
    return new ModelError(
      'corrupt',
      `${this.window.source.name} is damaged: no valid ONNX field at byte ${this.fieldStart}.`,
    );
  }
}

function tooDeep({ source }: ByteWindow): ModelError {
  return new ModelError('too-deep', `${source.name} nests more than ${MAX_NESTING} messages in one another.`);
}
