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
 * The value of a length-delimited field is only its place, so a weight is passed over for free.
 */
export class ProtoCursor {
  readonly window: ByteWindow;
  readonly depth: number;
  /** Field number and wire type of the current field. */
  field = 0;
  wire: WireType = 'varint';
  /** Where the current field's tag begins. */
  fieldStart: number;
  /** Where the current field's value lies (for `bytes`: after the length). */
  offset = 0;
  length = 0;
  #position: number;
  readonly #end: number;
  #number = 0;
  #big: bigint | null = null;

  /** Throws ModelError `too-deep` beyond 100 nested messages. */
  constructor(window: ByteWindow, start: number, end: number, depth = 0) {
    if (depth > MAX_NESTING) throw tooDeep(window);
    this.window = window;
    this.depth = depth;
    this.fieldStart = start;
    this.#position = start;
    this.#end = end;
  }

  /** Where the current field ends and the next begins. */
  get fieldEnd(): number {
    return this.#position;
  }

  /** Steps to the next field; false at the end. Throws ModelError `corrupt` or `truncated`. */
  next(): boolean {
    if (this.#position >= this.#end) return false;
    this.fieldStart = this.#position;
    this.#readVarint();
    const tag = this.#number;
    const wire = this.#big === null ? WIRE_TYPES[tag % 8] : undefined;
    this.field = Math.floor(tag / 8);
    if (!wire || this.field === 0 || tag > 0xffffffff) throw this.#corrupt(this.fieldStart);
    this.wire = wire;
    this.#readValue(wire);
    return true;
  }

  /** The current varint as int64: a Number where it is exact, else a bigint. Fixed-width and byte fields give 0. */
  int(): number | bigint {
    if (this.wire !== 'varint') return 0;
    if (this.#big === null) return this.#number;
    const signed = BigInt.asIntN(64, this.#big);
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
    if (this.wire !== 'bytes') throw this.#corrupt(this.fieldStart);
    if (this.depth >= MAX_NESTING) throw tooDeep(this.window);
    return this.depth + 1;
  }

  /** A cursor over the current field as a message. Throws ModelError `corrupt` when it is a number. */
  message(): ProtoCursor {
    if (this.wire !== 'bytes') throw this.#corrupt(this.fieldStart);
    return new ProtoCursor(this.window, this.offset, this.offset + this.length, this.depth + 1);
  }

  /** Calls `each` for a repeated varint field, packed or not. */
  eachVarint(each: (value: number | bigint) => void): void {
    if (this.wire === 'varint') {
      each(this.int());
      return;
    }
    if (this.wire !== 'bytes') throw this.#corrupt(this.fieldStart);
    const packed = new ProtoCursor(this.window, this.offset, this.offset + this.length, this.depth);
    packed.wire = 'varint';
    while (packed.#position < packed.#end) {
      packed.#readVarint();
      each(packed.int());
    }
  }

  /** Calls `each` for a repeated float field, packed or not. */
  eachFloat(each: (value: number) => void): void {
    if (this.wire === 'fixed32') {
      each(this.float());
      return;
    }
    if (this.wire !== 'bytes' || this.length % 4 !== 0) throw this.#corrupt(this.fieldStart);
    const bytes = this.bytes();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.byteLength; at += 4) each(view.getFloat32(at, true));
  }

  #readValue(wire: WireType): void {
    if (wire === 'varint') {
      this.offset = this.#position;
      this.#readVarint();
      this.length = this.#position - this.offset;
      return;
    }
    if (wire === 'bytes') this.#readVarint();
    const length = wire === 'bytes' ? this.#number : wire === 'fixed32' ? 4 : 8;
    if (wire === 'bytes' && this.#big !== null) throw this.#corrupt(this.fieldStart);
    if (length > this.#end - this.#position) throw this.#overrun(this.#position + length);
    this.offset = this.#position;
    this.length = length;
    this.#position += length;
  }

  #readVarint(): void {
    const first = this.#nextByte();
    if (first < 0x80) {
      this.#number = first;
      this.#big = null;
      return;
    }
    this.#readLongVarint(first & 0x7f);
  }

  #readLongVarint(first: number): void {
    let value = first;
    let scale = 0x80;
    for (let count = 1; count < NUMBER_VARINT_BYTES; count++) {
      const byte = this.#nextByte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        this.#number = value;
        this.#big = null;
        return;
      }
      scale *= 0x80;
    }
    this.#readBigVarint(value);
  }

  #readBigVarint(low: number): void {
    let value = BigInt(low);
    for (let count = NUMBER_VARINT_BYTES; count < MAX_VARINT_BYTES; count++) {
      const byte = this.#nextByte();
      value |= BigInt(byte & 0x7f) << BigInt(7 * count);
      if (byte < 0x80) {
        this.#big = BigInt.asUintN(64, value);
        return;
      }
    }
    throw this.#corrupt(this.fieldStart);
  }

  #nextByte(): number {
    if (this.#position >= this.#end) throw this.#overrun(this.#position + 1);
    return this.window.byte(this.#position++);
  }

  #overrun(wanted: number): ModelError {
    const { source } = this.window;
    if (this.#end < source.size || this.depth > 0) return this.#corrupt(this.fieldStart);
    return new ModelError(
      'truncated',
      `${source.name} ends early: it has ${source.size} bytes and its content goes to ${wanted} at least.`,
    );
  }

  #corrupt(at: number): ModelError {
    return new ModelError('corrupt', `${this.window.source.name} is damaged: no valid ONNX field at byte ${at}.`);
  }
}

function tooDeep({ source }: ByteWindow): ModelError {
  return new ModelError('too-deep', `${source.name} nests more than ${MAX_NESTING} messages in one another.`);
}
