import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrollToRow, virtualRange } from '../../../../webview-ui/shared/virtualRange';

describe('virtualRange', () => {
  it('covers every row in sight and stays inside the list', () => {
    const number = fc.integer({ min: 0, max: 3_000_000 });
    fc.assert(
      fc.property(
        number,
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 0, max: 100_000 }),
        (top, height, rows) => {
          const { first, end } = virtualRange(top, height, 24, rows, 5);
          expect(first).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(rows);
          expect(end - first).toBeLessThanOrEqual(Math.ceil(height / 24) + 12);
          const lastInSight = Math.min(rows - 1, Math.floor((top + height - 1) / 24));
          const firstInSight = Math.floor(top / 24);
          if (firstInSight < rows) {
            expect(first).toBeLessThanOrEqual(firstInSight);
            expect(end).toBeGreaterThan(lastInSight);
          }
        },
      ),
    );
  });

  it('bounces above the top without negative rows', () => {
    expect(virtualRange(-80, 240, 24, 100, 2)).toEqual({ first: 0, end: 12 });
  });
});

describe('scrollToRow', () => {
  it('moves only as far as it must', () => {
    expect(scrollToRow(3, 0, 240, 24)).toBe(0);
    expect(scrollToRow(10, 0, 240, 24)).toBe(24);
    expect(scrollToRow(1, 100, 240, 24)).toBe(24);
  });
});
