import type { ByteSource } from '../../ports/byteSource';
import { CScanner } from './cScanner';

/** Elements whose values are looked at before an array is chosen. */
const HEAD_ELEMENTS = 8;

const FIRST_BYTES = 64 * 1024;

/** A list of byte values in braces, somewhere in C or C++ source. */
export interface ByteArray {
  /** The variable's name; empty when none was seen. */
  readonly name: string;
  /** Its first elements. */
  readonly head: Uint8Array;
  /** All of them, if they were asked for. */
  readonly bytes: Uint8Array | null;
}

/** Words that stand in casts and literals of bytes; any other word says that a list is none of bytes. */
const CAST_WORDS: ReadonlySet<string> = new Set([
  ...['unsigned', 'signed', 'char', 'const', 'int', 'static_cast', 'std', 'byte'],
  ...['uint8_t', 'int8_t', 'UINT8_C', 'INT8_C', 'u8', 'i8', 'alignas'],
]);

/** Punctuation between the bytes of a list: separators, casts, nested braces. */
const LIST_MARKS: ReadonlySet<string> = new Set([',', '(', ')', '<', '>', ':', '{', '-', '+']);

/**
 * Every initializer list that holds nothing but byte values, in order. One pass; lists of other things are left at their
 * first odd element. `isWanted` sees the first eight elements and says whether the whole list is to be kept; memory for
 * that and for one window.
 */
export function* byteArrays(source: ByteSource, isWanted: (head: Uint8Array) => boolean): Generator<ByteArray> {
  const scanner = new CScanner(source);
  let name = '';
  let isArray = false;
  let isPending = false;
  while (isPending || scanner.next()) {
    isPending = false;
    const { text } = scanner;
    if (text === '{' && isArray) {
      isArray = false;
      const list = new ByteList(isWanted);
      const isWhole = readList(scanner, list);
      if (isWhole && list.length > 0) yield { name, head: list.head, bytes: list.bytes() };
      isPending = !isWhole && scanner.text !== '{';
    } else if (scanner.kind === 'word' && !isArray) name = text;
    else isArray = followsArray(text, isArray);
  }
}

/** Whether the next brace may begin the elements of an array. */
function followsArray(text: string, before: boolean): boolean {
  if (text === '[' || text === '=') return true;
  return text === ';' || text === '}' ? false : before;
}

/** Values as they are read: the first of them, and all if the first say so. */
class ByteList {
  length = 0;
  readonly head = new Uint8Array(HEAD_ELEMENTS);
  readonly #isWanted: (head: Uint8Array) => boolean;
  #kept: Uint8Array | null = null;

  constructor(isWanted: (head: Uint8Array) => boolean) {
    this.#isWanted = isWanted;
  }

  push(value: number): void {
    const at = this.length++;
    if (at < HEAD_ELEMENTS) {
      this.head[at] = value;
      if (at === HEAD_ELEMENTS - 1 && this.#isWanted(this.head)) this.#kept = grown(this.head);
    } else if (this.#kept) {
      if (at >= this.#kept.byteLength) this.#kept = grown(this.#kept);
      this.#kept[at] = value;
    }
  }

  bytes(): Uint8Array | null {
    return this.#kept && this.#kept.slice(0, this.length);
  }
}

function grown(bytes: Uint8Array): Uint8Array {
  const larger = new Uint8Array(Math.max(FIRST_BYTES, bytes.byteLength * 2));
  larger.set(bytes);
  return larger;
}

/** Reads up to the brace that closes the list; false as soon as something in it is no byte. */
function readList(scanner: CScanner, list: ByteList): boolean {
  let depth = 1;
  let sign = 1;
  while (scanner.next()) {
    if (scanner.kind === 'number') {
      const value = sign * scanner.value;
      if (!(value >= -128 && value <= 255)) return false;
      list.push(value & 0xff);
      sign = 1;
    } else if (scanner.text === ',') continue;
    else if (scanner.text === '}') {
      depth--;
      if (depth === 0) return true;
    } else if (scanner.kind === 'word' ? !CAST_WORDS.has(scanner.text) : !LIST_MARKS.has(scanner.text)) {
      return false;
    } else if (scanner.text === '{') depth++;
    else if (scanner.text === '-') sign = -1;
  }
  return false;
}
