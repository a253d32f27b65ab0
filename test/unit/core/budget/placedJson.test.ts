import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BudgetError } from '../../../../src/core/budget/budgetError';
import { placedJson, type PlacedJson } from '../../../../src/core/budget/placedJson';

function plain(node: PlacedJson): unknown {
  if (node.kind === 'array') return node.items.map(plain);
  if (node.kind !== 'object') return node.value;
  return Object.fromEntries(node.members.map(({ key, value }) => [key, plain(value)]));
}

/** Every value's own text, cut out by its place. */
function eachText(text: string, node: PlacedJson): readonly string[] {
  const lines = text.split('\n');
  const { start, end } = node.at;
  const offset = ({ line, character }: typeof start): number =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  const below =
    node.kind === 'array' ? node.items : node.kind === 'object' ? node.members.map(({ value }) => value) : [];
  return [text.slice(offset(start), offset(end)), ...below.flatMap((each) => eachText(text, each))];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('placedJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.integer({ min: 0, max: 4 }), (json, indent) => {
        const value: unknown = JSON.parse(json);
        expect(JSON.stringify(plain(placedJson(JSON.stringify(value, null, indent))))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('knows where each value stands: its own text is the value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (json) => {
        const text = JSON.stringify(JSON.parse(json), null, 2);
        for (const each of eachText(text, placedJson(text))) expect(isJson(each), each).toBe(true);
      }),
    );
  });

  it('refuses what JSON.parse refuses, and nothing else', () => {
    const letters = Array.from('{}[],:"\\0-1.e+ truefalsn\n\u0001');
    const texts = fc.array(fc.constantFrom(...letters), { maxLength: 8 }).map((each) => each.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        const read = (): unknown => placedJson(text);
        if (isJson(text)) expect(read).not.toThrow();
        else expect(read).toThrow(BudgetError);
      }),
      { numRuns: 2000 },
    );
  });

  it('says where it stopped', () => {
    expect(() => placedJson('{\n  "a": 1,\n}')).toThrow(
      'It is not valid JSON: a key in double quotes is expected at line 3, column 1.',
    );
    expect(() => placedJson('')).toThrow('a value is expected at line 1, column 1');
  });

  it('ends at a nesting that no file has', () => {
    expect(() => placedJson('['.repeat(100_000))).toThrow('no more than 32 levels');
  });
});
