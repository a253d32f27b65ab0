import type { ByteSource } from '../../ports/byteSource';

/** Bytes fetched at once. */
const WINDOW_BYTES = 256 * 1024;

/** Longer words are told apart by their beginning: no name of interest is longer. */
const MAX_WORD = 256;

export type TokenKind = 'word' | 'number' | 'mark';

const code = (character: string): number => character.charCodeAt(0);

const NEWLINE = code('\n');
const SLASH = code('/');
const STAR = code('*');
const BACKSLASH = code('\\');
const HASH = code('#');
const DOUBLE_QUOTE = code('"');
const SINGLE_QUOTE = code("'");
const UNDERSCORE = code('_');
const DOT = code('.');
const ZERO = code('0');
const LOWER_X = code('x');
const COMMA = code(',');

const byteClass = { space: 0, word: 1, digit: 2, mark: 3 } as const;

/** What each byte may begin. Bytes from 0x80 on are letters: names may hold them. */
const CLASSES: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (byte <= 0x20 || byte === 0x7f || byte === BACKSLASH) return byteClass.space;
  if (byte >= ZERO && byte <= code('9')) return byteClass.digit;
  return byte >= 0x80 || byte === UNDERSCORE || /[A-Za-z]/.test(character) ? byteClass.word : byteClass.mark;
});

/** Value of a hexadecimal digit; 16 for what is none. */
const DIGITS: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const value = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(value) ? 16 : value;
});

/** Marks as texts, made once. */
const MARKS: readonly string[] = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));

/**
 * Tokens of C and C++ source, as far as lists of bytes ask for: words, whole numbers and marks. Comments, literals of
 * text and preprocessor lines are passed over, as are line continuations. Linear, one window in memory.
 */
export class CScanner {
  kind: TokenKind = 'mark';
  /** The word or mark; empty for a number. */
  text = '';
  /** The number; NaN for a fraction or a malformed one. */
  value = 0;
  readonly #source: ByteSource;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #at = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Steps to the next token; false at the end. */
  next(): boolean {
    for (;;) {
      const byte = this.#bytes[this.#at] ?? this.#peek();
      if (byte < 0) return false;
      switch (CLASSES[byte]) {
        case byteClass.space:
          this.#at++;
          break;
        case byteClass.digit:
          this.#readNumber();
          return true;
        case byteClass.word:
          this.#readWord();
          return true;
        default:
          this.#at++;
          if (this.#isPassedOver(byte)) break;
          this.kind = 'mark';
          this.text = MARKS[byte]!;
          return true;
      }
    }
  }

  /** Passes over what begins with a mark and is no token. */
  #isPassedOver(byte: number): boolean {
    if (byte === HASH) this.#skipLine();
    else if (byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE) this.#skipQuoted(byte);
    else if (byte === SLASH && this.#peek() === SLASH) this.#skipLine();
    else if (byte === SLASH && this.#peek() === STAR) this.#skipComment();
    else return false;
    return true;
  }

  /** The next byte; -1 at the end. */
  #peek(): number {
    if (this.#at < this.#bytes.byteLength) return this.#bytes[this.#at]!;
    this.#start += this.#bytes.byteLength;
    this.#at = 0;
    const length = Math.min(WINDOW_BYTES, this.#source.size - this.#start);
    this.#bytes = length > 0 ? this.#source.read(this.#start, length) : new Uint8Array(0);
    return this.#bytes[0] ?? -1;
  }

  #take(): number {
    const byte = this.#peek();
    this.#at++;
    return byte;
  }

  #skipLine(): void {
    for (let before = 0; ;) {
      const byte = this.#peek();
      if (byte < 0) return;
      this.#at++;
      if (byte === NEWLINE && before !== BACKSLASH) return;
      if (byte > 0x20 || byte === NEWLINE) before = byte;
    }
  }

  #skipComment(): void {
    this.#at++;
    for (let before = 0; ;) {
      const byte = this.#peek();
      if (byte < 0) return;
      this.#at++;
      if (byte === SLASH && before === STAR) return;
      before = byte;
    }
  }

  /** A text ends with its quote, or with the line when it was none. */
  #skipQuoted(quote: number): void {
    for (;;) {
      const byte = this.#peek();
      if (byte < 0) return;
      this.#at++;
      if (byte === quote || byte === NEWLINE) return;
      if (byte === BACKSLASH && this.#peek() >= 0) this.#at++;
    }
  }

  #readWord(): void {
    this.kind = 'word';
    let text = '';
    for (let byte = this.#peek(); byte >= 0; byte = this.#peek()) {
      const kind = CLASSES[byte];
      if (kind !== byteClass.word && kind !== byteClass.digit) break;
      if (text.length < MAX_WORD) text += MARKS[byte]!;
      this.#at++;
    }
    this.text = text;
  }

  /** Decimal, hexadecimal, octal or binary, with separators and suffixes of C++. */
  #readNumber(): void {
    this.kind = 'number';
    this.text = '';
    if (this.#readPlainHex()) return;
    let base = 10;
    let value = this.#take() - ZERO;
    if (value === 0) base = this.#baseAfterZero();
    for (let byte = this.#peek(); byte >= 0; byte = this.#peek()) {
      const digit = DIGITS[byte]!;
      if (digit < base) value = value * base + digit;
      else if (byte === DOT || digit < 16) value = Number.NaN;
      else if (byte !== SINGLE_QUOTE && CLASSES[byte] !== byteClass.word) break;
      this.#at++;
    }
    this.value = value;
  }

  /** `0x1c,` as most exporters write every element: read at once when it lies in the window. */
  #readPlainHex(): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    if (bytes[at] !== ZERO || bytes[at + 1] !== LOWER_X) return false;
    const high = DIGITS[bytes[at + 2] ?? 0]!;
    const low = DIGITS[bytes[at + 3] ?? 0]!;
    if (high > 15 || low > 15 || bytes[at + 4] !== COMMA) return false;
    this.value = high * 16 + low;
    this.#at = at + 4;
    return true;
  }

  #baseAfterZero(): number {
    const letter = this.#peek() | 0x20;
    if (letter !== code('x') && letter !== code('b')) return 8;
    this.#at++;
    return letter === code('x') ? 16 : 2;
  }
}
