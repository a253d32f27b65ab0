/** A table or vector that no description knows, with all it refers to; the bytes are those of the file. */
export interface UnknownObject {
  /** The table's layout; null for a vector or text. */
  readonly vtable: Uint8Array | null;
  readonly bytes: Uint8Array;
  /** Where it lay, modulo 16: what it is aligned to is not known. */
  readonly phase: number;
  /** What the offsets at these places of `bytes` lead to. */
  readonly children: readonly UnknownChild[];
  /** Places of `bytes` that hold a small number, or lead to a vector without elements. */
  readonly doubtful: readonly number[];
}

export interface UnknownChild {
  readonly at: number;
  readonly object: UnknownObject;
}

/** A field in a slot that is newer than the description of its table. Shows as a text, and is written as it was. */
export class UnknownField {
  readonly text: string;
  readonly #content: Uint8Array | UnknownObject;
  readonly #isDoubtful: boolean;

  constructor(content: Uint8Array | UnknownObject, isDoubtful = false) {
    this.text = content instanceof Uint8Array ? describeNumber(content) : describe(content);
    this.#content = content;
    this.#isDoubtful = isDoubtful;
  }

  /** The bytes of a number, or what the field's offset leads to. */
  get content(): Uint8Array | UnknownObject {
    return this.#content;
  }

  /** The bytes are a small number or lead to a vector without elements: nobody can tell. */
  get isDoubtful(): boolean {
    return this.#isDoubtful;
  }
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

/** The text that a vector of bytes is; null when it is none. */
function textOf({ vtable, bytes }: UnknownObject): string | null {
  const count = countOf(bytes);
  if (vtable !== null || bytes.length !== 4 + count + 1) return null;
  return new TextDecoder().decode(bytes.subarray(4, 4 + count));
}

function countOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

function describe(object: UnknownObject): string {
  if (object.vtable) return `a table of ${(object.vtable.length - 4) / 2} fields`;
  const text = textOf(object);
  if (text !== null) return JSON.stringify(text);
  return `${object.children.length > 0 ? 'a list' : 'a vector'} of ${countOf(object.bytes)}`;
}

function describeNumber(bytes: Uint8Array): string {
  if (bytes.length > 8) return `${bytes.length} bytes`;
  const value = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return `${value} (${bytes.length} ${bytes.length === 1 ? 'byte' : 'bytes'})`;
}
