import { decodeLine } from './decodeLine';

/** A line longer than this is cut into pieces: a stream without line ends must not grow without bound. */
export const MAX_LINE_BYTES = 64 * 1024;

const INITIAL_BYTES = 1024;
const CR = 13;
const LF = 10;

export interface FramedLine {
  readonly text: string;
  /** What came before it was not seen, or it is the rest of a line that was cut: half a number looks like a number. */
  readonly partial: boolean;
}

/**
 * Bytes to lines. A line ends with `\r\n`, `\n` or a lone `\r`; `\r` right after a line end (`\n\r`, progress bars) adds
 * no empty line. The first line may have been joined halfway and is marked partial. Every byte is counted: as text of a
 * line, as a line end, or as pending.
 */
export class LineFramer {
  textBytes = 0;
  endBytes = 0;
  #pending = new Uint8Array(INITIAL_BYTES);
  #length = 0;
  #ascii = true;
  #partial = true;
  /** After a `\r`: whether it ended a line (`\n` then belongs to it) or stood alone. */
  #afterReturn: 'no' | 'ended' | 'alone' = 'no';

  /** Bytes of the line that has not ended yet. */
  get pendingBytes(): number {
    return this.#length;
  }

  /** Takes bytes in and calls `onLine` for each line that ended in them. Linear in the bytes, however they are cut. */
  push(bytes: Uint8Array, onLine: (line: FramedLine) => void): void {
    let start = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at]!;
      if (byte > 127) this.#ascii = false;
      else if (byte === LF || byte === CR) {
        this.#append(bytes, start, at, onLine);
        start = at + 1;
        this.endBytes += 1;
        if (byte === LF) this.#lineFeed(onLine);
        else this.#carriageReturn(onLine);
      }
    }
    this.#append(bytes, start, bytes.length, onLine);
  }

  /** The wire was cut: hands out what is pending, and takes the next line for partial. */
  restart(onLine: (line: FramedLine) => void): void {
    if (this.#length > 0) {
      this.#partial = true;
      this.#emit(this.#length, onLine);
    }
    this.#partial = true;
    this.#afterReturn = 'no';
  }

  #lineFeed(onLine: (line: FramedLine) => void): void {
    if (this.#afterReturn !== 'ended') this.#end(onLine);
    this.#afterReturn = 'no';
  }

  #carriageReturn(onLine: (line: FramedLine) => void): void {
    if (this.#length > 0) {
      this.#end(onLine);
      this.#afterReturn = 'ended';
    } else if (this.#afterReturn === 'no') this.#afterReturn = 'alone';
  }

  #end(onLine: (line: FramedLine) => void): void {
    // Joined right before a line end, nothing was missed: that is no line.
    if (this.#length > 0 || !this.#partial) this.#emit(this.#length, onLine);
    this.#partial = false;
  }

  #append(bytes: Uint8Array, start: number, end: number, onLine: (line: FramedLine) => void): void {
    if (end > start) this.#afterReturn = 'no';
    let from = start;
    while (from < end) {
      if (this.#length === MAX_LINE_BYTES) this.#cut(onLine);
      const count = Math.min(end - from, MAX_LINE_BYTES - this.#length);
      this.#reserve(this.#length + count);
      this.#pending.set(bytes.subarray(from, from + count), this.#length);
      this.#length += count;
      from += count;
    }
  }

  /** Hands out a full buffer up to the last whole character; what follows on the line is partial. */
  #cut(onLine: (line: FramedLine) => void): void {
    let end = this.#length;
    while (end > this.#length - 3 && (this.#pending[end - 1]! & 0xc0) === 0x80) end -= 1;
    const startsCharacter = this.#pending[end - 1]! >= 0xc0;
    this.#emit(startsCharacter ? end - 1 : this.#length, onLine);
    this.#partial = true;
    this.#ascii = false; // what follows in this chunk was looked at already, for the piece handed out
  }

  #emit(count: number, onLine: (line: FramedLine) => void): void {
    const text = decodeLine(this.#pending, count, this.#ascii);
    const rest = this.#length - count;
    this.#pending.copyWithin(0, count, this.#length);
    this.#length = rest;
    this.#ascii = rest === 0;
    this.textBytes += count;
    onLine({ text, partial: this.#partial });
  }

  #reserve(length: number): void {
    if (length <= this.#pending.length) return;
    const grown = new Uint8Array(Math.min(MAX_LINE_BYTES, Math.max(length, this.#pending.length * 2)));
    grown.set(this.#pending.subarray(0, this.#length));
    this.#pending = grown;
  }
}
