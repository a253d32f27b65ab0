import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseBudgets } from '../../../../src/core/budget/parseBudgets';
import { boards } from '../../../../src/core/targets/boards';
import { runtimes } from '../../../../src/core/targets/runtimes';

const root = path.resolve(import.meta.dirname, '..', '..', '..', '..');

interface Schema {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly definitions: {
    readonly board: { readonly anyOf: readonly { readonly enum?: readonly string[] }[] };
    readonly runtime: { readonly enum: readonly string[] };
    readonly entry: { readonly properties: Readonly<Record<string, unknown>> };
  };
}

const schema = JSON.parse(readFileSync(path.join(root, 'media', 'tinyml.schema.json'), 'utf8')) as Schema;

/** The keys that the reader names when it meets an unknown one. */
function knownKeys(text: string): readonly string[] {
  try {
    parseBudgets(text);
  } catch (error) {
    return /there are (.*)\.$/.exec(String(error))?.[1]?.split(', ') ?? [];
  }
  return [];
}

describe('the schema of tinyml.json', () => {
  it('offers every board of the catalog and every runtime', () => {
    expect(schema.definitions.board.anyOf[0]?.enum).toEqual(boards.map(({ id }) => id));
    expect(schema.definitions.runtime.enum).toEqual(runtimes.map(({ id }) => id));
  });

  it('knows the keys that the reader knows', () => {
    expect(new Set(Object.keys(schema.properties))).toEqual(new Set(['$schema', ...knownKeys('{"x": 1}')]));
    const own = knownKeys('{"models": [{"x": 1}]}');
    expect(new Set(Object.keys(schema.definitions.entry.properties))).toEqual(new Set(own));
  });

  it('is what VS Code checks files of that name with', () => {
    const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      readonly contributes: { readonly jsonValidation: readonly unknown[] };
    };
    const expected = { fileMatch: 'tinyml.json', url: './media/tinyml.schema.json' };
    expect(manifest.contributes.jsonValidation).toContainEqual(expected);
  });
});
