import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helpOf, lintCodes } from '../../../../../src/core/targets/lint/catalog';

const page = readFileSync(resolve(__dirname, '../../../../../docs/lint.md'), 'utf8');

describe('the catalog of lint', () => {
  it('has each code, and no other, on the page that findings point to', () => {
    const written = [...page.matchAll(/^### (tinyml\/\S+)$/gm)].map(([, code]) => code);
    expect(written.toSorted()).toEqual(lintCodes.toSorted());
  });

  it('says of each what to do, in whole sentences', () => {
    for (const code of lintCodes) expect(helpOf(code)).toMatch(/^[A-Z].*\.$/);
  });
});
