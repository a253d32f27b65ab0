import { BudgetError } from './budgetError';
import { placesIn, type Span } from './span';

/** A JSON value that knows where it stands. */
export type PlacedJson =
  | { readonly kind: 'object'; readonly at: Span; readonly members: readonly PlacedMember[] }
  | { readonly kind: 'array'; readonly at: Span; readonly items: readonly PlacedJson[] }
  | { readonly kind: 'string'; readonly at: Span; readonly value: string }
  | { readonly kind: 'number'; readonly at: Span; readonly value: number }
  | { readonly kind: 'literal'; readonly at: Span; readonly value: boolean | null };

export interface PlacedMember {
  readonly key: string;
  readonly keyAt: Span;
  readonly value: PlacedJson;
}

/** Deeper than any file that makes sense; the reader recurses. */
const DEEPEST = 32;

/** Its escapes are checked when it is decoded. */
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

class Reader {
  readonly #text: string;
  readonly #place: (start: number, end: number) => Span;
  #at: number;

  constructor(text: string) {
    this.#text = text;
    this.#place = placesIn(text);
    this.#at = text.startsWith('\uFEFF') ? 1 : 0;
  }

  whole(): PlacedJson {
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#fail('the end of the file');
    return value;
  }

  #value(depth: number): PlacedJson {
    if (depth > DEEPEST) this.#fail(`no more than ${DEEPEST} levels`);
    this.#space();
    const start = this.#at;
    if (this.#take('{')) return this.#object(start, depth);
    if (this.#take('[')) return this.#array(start, depth);
    const string = this.#string();
    if (string !== null) return { kind: 'string', at: this.#since(start), value: string };
    const number = this.#match(NUMBER);
    if (number !== null) return { kind: 'number', at: this.#since(start), value: Number(number) };
    const literal = this.#match(LITERAL);
    if (literal === null) this.#fail('a value');
    return { kind: 'literal', at: this.#since(start), value: JSON.parse(literal) as boolean | null };
  }

  #object(start: number, depth: number): PlacedJson {
    const members: PlacedMember[] = [];
    this.#space();
    if (!this.#take('}')) {
      do members.push(this.#member(depth));
      while (this.#hasNext('}', 'a comma or }'));
    }
    return { kind: 'object', at: this.#since(start), members };
  }

  #member(depth: number): PlacedMember {
    this.#space();
    const start = this.#at;
    const key = this.#string();
    if (key === null) this.#fail('a key in double quotes');
    const keyAt = this.#since(start);
    this.#space();
    if (!this.#take(':')) this.#fail('a colon');
    return { key, keyAt, value: this.#value(depth + 1) };
  }

  #array(start: number, depth: number): PlacedJson {
    const items: PlacedJson[] = [];
    this.#space();
    if (!this.#take(']')) {
      do items.push(this.#value(depth + 1));
      while (this.#hasNext(']', 'a comma or ]'));
    }
    return { kind: 'array', at: this.#since(start), items };
  }

  #hasNext(close: string, expected: string): boolean {
    this.#space();
    if (this.#take(close)) return false;
    if (!this.#take(',')) this.#fail(expected);
    return true;
  }

  #string(): string | null {
    const start = this.#at;
    const quoted = this.#match(STRING);
    if (quoted === null) return null;
    try {
      return JSON.parse(quoted) as string;
    } catch {
      this.#at = start;
      return this.#fail('a string without raw control characters and unknown escapes');
    }
  }

  #space(): void {
    this.#match(SPACE);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found === undefined) return null;
    this.#at += found.length;
    return found;
  }

  #since(start: number): Span {
    return this.#place(start, this.#at);
  }

  #fail(expected: string): never {
    const at = this.#place(this.#at, Math.min(this.#at + 1, this.#text.length));
    const where = `line ${at.start.line + 1}, column ${at.start.character + 1}`;
    throw new BudgetError(`It is not valid JSON: ${expected} is expected at ${where}.`, at);
  }
}

/** Reads JSON (RFC 8259, no comments), each value with its place. Throws BudgetError. */
export function placedJson(text: string): PlacedJson {
  return new Reader(text).whole();
}
