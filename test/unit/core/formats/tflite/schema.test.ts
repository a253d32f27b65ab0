import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FieldForm, Table } from '../../../../../src/core/formats/tflite/flatbuffer/fields';
import { dtypeOf, tensorTypeOf } from '../../../../../src/core/formats/tflite/schema/elementTypes';
import { tensorTypes } from '../../../../../src/core/formats/tflite/schema/enums';
import { modelTable } from '../../../../../src/core/formats/tflite/schema/modelTables';
import {
  builtinCode,
  builtinName,
  builtinNames,
  optionsTableOf,
} from '../../../../../src/core/formats/tflite/schema/operators';
import { optionTables } from '../../../../../src/core/formats/tflite/schema/optionTables';
import { optionTables2 } from '../../../../../src/core/formats/tflite/schema/optionTables2';
import type { FlatbufferSchema } from '../../../../fixtures/flatbufferSchema';
import { parseFlatbufferSchema } from '../../../../fixtures/flatbufferSchema';
import { sharedPath } from '../../../../fixtures/sharedFiles';

describe('the tables of the schema', () => {
  it('name every builtin by its code, and unknown ones by number', () => {
    expect([builtinName(0), builtinName(3), builtinName(127), builtinName(209)]).toEqual([
      'ADD',
      'CONV_2D',
      'PLACEHOLDER_FOR_GREATER_OP_CODES',
      'STABLEHLO_CASE',
    ]);
    expect(builtinName(4000)).toBe('BUILTIN_4000');
    expect(builtinCode('BUILTIN_4000')).toBe(4000);
    expect(builtinCode('NoSuchOperator')).toBeUndefined();
    expect(new Set(builtinNames).size).toBe(builtinNames.length);
  });

  it('give every operator an options table that exists', () => {
    const known = new Set([...optionTables, ...optionTables2].map((table) => table.name));
    for (const name of builtinNames) expect(known).toContain(optionsTableOf(name) ?? 'AddOptions');
  });

  it('translate every element type both ways', () => {
    for (const type of tensorTypes) expect(tensorTypeOf(dtypeOf(type))).toBe(type);
    expect(dtypeOf(99)).toBe('unknown');
  });
});

const schemaPath = sharedPath('schema/tflite/schema.fbs');

describe.skipIf(schemaPath === null)('the published schema', () => {
  const schema = parseFlatbufferSchema(schemaPath === null ? '' : readFileSync(schemaPath, 'utf8'));

  it('has the same operators', () => {
    const published = schema.enums.get('BuiltinOperator')!.values;
    expect(new Map(builtinNames.map((name, code) => [name, code]))).toEqual(published);
  });

  it('has the same unions of options', () => {
    expect(optionTables.map((table) => table.name)).toEqual(schema.unions.get('BuiltinOptions'));
    expect(optionTables2.map((table) => table.name)).toEqual(schema.unions.get('BuiltinOptions2'));
  });

  it('has no table that ours lack', () => {
    const ours = new Set(allTables([modelTable, ...optionTables, ...optionTables2]).map((table) => table.name));
    expect([...schema.tables.keys()].filter((name) => !ours.has(name))).toEqual([]);
  });

  it.each(['schema_v3.fbs', 'schema_v3a.fbs', 'schema_v3b.fbs', 'schema_v3c.fbs'])('covers %s as well', (name) => {
    const older = parseFlatbufferSchema(readFileSync(sharedPath(`schema/tflite/${name}`)!, 'utf8'));
    const tables = new Map(allTables([modelTable, ...optionTables, ...optionTables2]).map((each) => [each.name, each]));
    for (const [table, fields] of older.tables) {
      const slots = Object.keys(tables.get(table)?.fields ?? {});
      for (const field of fields) expect(slots, `${table}.${field.name}`).toContain(field.name);
    }
    for (const [operator, code] of older.enums.get('BuiltinOperator')!.values) {
      expect([builtinName(code), operator]).toEqual([operator, operator]);
    }
  });

  it('has the same fields in every table, with type, default and enum names', () => {
    const tables = allTables([modelTable, ...optionTables, ...optionTables2]);
    console.log(`compared ${tables.length} tables with schema.fbs`);
    for (const table of tables) {
      const ours = Object.entries(table.fields).map(([name, field]) => describeField(name, field));
      const published = schema.tables
        .get(table.name)!
        .map(({ name, type, fallback, deprecated }) =>
          deprecated ? `${name}: reserved` : publishedField(schema, name, type, fallback),
        );
      expect({ table: table.name, fields: ours }).toEqual({ table: table.name, fields: published });
    }
  });
});

/** Enums in which we keep the number, because names are looked up elsewhere. */
const plainEnums = new Set(['BuiltinOperator']);

function publishedField(schema: FlatbufferSchema, name: string, type: string, fallback: string): string {
  const isVector = type.startsWith('[');
  const element = type.replace(/[[\]]/g, '');
  const names = namesOf(schema, element);
  const union = schema.unions.get(element);
  if (union) return `${name}: union ${union.join()}`;
  if (schema.tables.has(element)) return `${name}: ${isVector ? 'tables' : 'table'} ${element}`;
  if (element === 'string') return `${name}: text`;
  const scalar = (names ? schema.enums.get(element)!.scalar : element).replace('int32', 'int');
  const shown = names && !plainEnums.has(element) ? ` of ${names.join()}` : '';
  if (isVector) return `${name}: [${scalar}]${shown}`;
  return `${name}: ${scalar} = ${defaultOf(fallback, names)}${shown}`;
}

/** Names of an enum by value, which our tables take for granted to be without gaps. */
function namesOf(schema: FlatbufferSchema, name: string): readonly string[] | undefined {
  const values = schema.enums.get(name)?.values;
  if (!values) return undefined;
  expect([...values.values()]).toEqual([...values.keys()].map((_, index) => index));
  return [...values.keys()];
}

function defaultOf(fallback: string, names: readonly string[] | undefined): number {
  if (fallback === 'true' || fallback === 'false') return Number(fallback === 'true');
  const named = names?.indexOf(fallback) ?? -1;
  return named >= 0 ? named : Number(fallback);
}

function describeField(name: string, field: FieldForm): string {
  switch (field.form) {
    case 'reserved':
      return `${name}: reserved`;
    case 'text':
      return `${name}: text`;
    case 'range':
      return `${name}: [ubyte]`;
    case 'union':
      return `${name}: union ${field.members.map((member) => member.name).join()}`;
    case 'table':
    case 'tables':
      return `${name}: ${field.form} ${field.table.name}`;
    case 'vector':
      return `${name}: [${field.scalar}]${field.names ? ` of ${field.names.join()}` : ''}`;
    case 'scalar':
      return `${name}: ${field.scalar} = ${field.fallback}${field.names ? ` of ${field.names.join()}` : ''}`;
  }
}

/** The tables and all they are made of, each once. */
function allTables(roots: readonly Table[]): Table[] {
  const found = new Map<string, Table>();
  const waiting = [...roots];
  for (let table = waiting.pop(); table; table = waiting.pop()) {
    if (found.has(table.name)) continue;
    found.set(table.name, table);
    for (const field of Object.values(table.fields)) {
      if (field.form === 'table' || field.form === 'tables') waiting.push(field.table);
      if (field.form === 'union') waiting.push(...field.members);
    }
  }
  return [...found.values()];
}
