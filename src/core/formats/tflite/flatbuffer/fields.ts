/**
 * A flatbuffer schema as data. A table is an ordered set of named fields; reader and writer walk the same description,
 * so a field is written down once. Field types carry the type of their value, from which `RecordOf` makes the record.
 */

export type ScalarType = 'bool' | 'byte' | 'ubyte' | 'short' | 'ushort' | 'int' | 'uint' | 'long' | 'ulong' | 'float';

export type FieldForm =
  | { readonly form: 'scalar'; readonly scalar: ScalarType; readonly fallback: number; readonly names?: Names }
  | {
      readonly form: 'vector';
      readonly scalar: ScalarType;
      readonly names?: Names;
      readonly align?: number;
      readonly isPacked?: boolean;
    }
  | { readonly form: 'text' }
  | { readonly form: 'range'; readonly align: number }
  | { readonly form: 'table' | 'tables'; readonly table: Table }
  | { readonly form: 'union'; readonly members: readonly Table[] }
  | { readonly form: 'reserved' };

/** A field whose value in a record has type T. `type` exists for the compiler only. */
export type Field<T> = FieldForm & { readonly type?: T };

/** Names of an enum's values, by value; a value beyond them stays a number. */
export type Names = readonly string[];

export interface Table {
  readonly name: string;
  readonly fields: Readonly<Record<string, Field<unknown>>>;
  /** The fields that are in use, each with its slot: what reader and writer walk. */
  readonly slots: readonly FieldSlot[];
  /** Slots in all, those out of use counted. */
  readonly slotCount: number;
}

export interface FieldSlot {
  readonly name: string;
  readonly field: FieldForm;
  readonly slot: number;
}

export interface TypedTable<F extends Readonly<Record<string, Field<unknown>>>> extends Table {
  readonly fields: F;
}

type ValueOf<F> = F extends { readonly type?: infer T } ? T : never;

/** The value of one table: scalars with their defaults, null for what is absent. */
export type RecordOf<T extends Table> = { readonly [K in keyof T['fields']]: ValueOf<T['fields'][K]> };

/** The value of any table, for code that walks descriptions. */
export type AnyRecord = Readonly<Record<string, unknown>>;

/** The member's name and its record; null for NONE. */
export interface UnionValue {
  readonly kind: string;
  readonly value: AnyRecord;
}

/** Where a vector of bytes lies, for bytes that are not read. */
export interface ByteRange {
  readonly position: number;
  readonly length: number;
}

/** Fields in slot order. A union takes two slots: its type, then its value. */
export function table<const F extends Readonly<Record<string, Field<unknown>>>>(
  name: string,
  fields: F,
): TypedTable<F> {
  const slots: FieldSlot[] = [];
  let slotCount = 0;
  for (const [fieldName, field] of Object.entries(fields)) {
    if (field.form !== 'reserved') slots.push({ name: fieldName, field, slot: slotCount });
    slotCount += field.form === 'union' ? 2 : 1;
  }
  return { name, fields, slots, slotCount };
}

export const bool = (fallback = false): Field<boolean> => ({
  form: 'scalar',
  scalar: 'bool',
  fallback: Number(fallback),
});
export const byte = (): Field<number> => ({ form: 'scalar', scalar: 'byte', fallback: 0 });
export const int = (fallback = 0): Field<number> => ({ form: 'scalar', scalar: 'int', fallback });
export const uint = (): Field<number> => ({ form: 'scalar', scalar: 'uint', fallback: 0 });
export const float = (): Field<number> => ({ form: 'scalar', scalar: 'float', fallback: 0 });
/** A number while it is exact as one, else a bigint. */
export const long = (): Field<number | bigint> => ({ form: 'scalar', scalar: 'long', fallback: 0 });
export const ulong = (): Field<number | bigint> => ({ form: 'scalar', scalar: 'ulong', fallback: 0 });
export const text = (): Field<string | null> => ({ form: 'text' });
export const bools = (): Field<readonly number[] | null> => ({ form: 'vector', scalar: 'bool' });
export const ints = (): Field<readonly number[] | null> => ({ form: 'vector', scalar: 'int' });
export const ushorts = (): Field<readonly number[] | null> => ({ form: 'vector', scalar: 'ushort', align: 4 });
export const longs = (): Field<readonly (number | bigint)[] | null> => ({ form: 'vector', scalar: 'long' });
export const floats = (): Field<readonly number[] | null> => ({ form: 'vector', scalar: 'float' });
/** Long lists of floats: a typed array. */
export const packedFloats = (): Field<ArrayLike<number> | null> => ({
  form: 'vector',
  scalar: 'float',
  isPacked: true,
});
/** Long lists of integers: an Int32Array, unless one has more bits. */
export const packedLongs = (): Field<ArrayLike<number | bigint> | null> => ({
  form: 'vector',
  scalar: 'long',
  isPacked: true,
});
export const bytes = (align = 1): Field<Uint8Array | null> => ({ form: 'vector', scalar: 'ubyte', align });
/** Bytes that the reader leaves where they are. */
export const range = (align: number): Field<ByteRange | null> => ({ form: 'range', align });

/** An enum: the name of its value, or the number where the schema of today has no name for it. */
export function enumeration(scalar: ScalarType, names: Names, fallback = 0): Field<string | number> {
  return { form: 'scalar', scalar, fallback, names };
}

/** A vector of enums. A value without a name is its decimal digits. */
export function enumerations(scalar: ScalarType, names: Names): Field<readonly string[] | null> {
  return { form: 'vector', scalar, names };
}

export function one<T extends Table>(of: T): Field<RecordOf<T> | null> {
  return { form: 'table', table: of };
}

export function many<T extends Table>(of: T): Field<readonly RecordOf<T>[] | null> {
  return { form: 'tables', table: of };
}

export function union(members: readonly Table[]): Field<UnionValue | null> {
  return { form: 'union', members };
}

/** A slot of a deprecated field, or of one never written. */
export const reserved = (): Field<never> => ({ form: 'reserved' });
