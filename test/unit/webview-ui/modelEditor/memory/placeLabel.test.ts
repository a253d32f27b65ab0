import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeLabel } from '../../../../../webview-ui/modelEditor/memory/placeLabel';

const line = { y: 100, left: 60, right: 400, top: 20, bottom: 300 };

describe('placeLabel', () => {
  it('stands above its line at the right where that is free', () => {
    expect(placeLabel(line, 80, [])).toEqual({ x: 320, y: 85, width: 80, height: 14 });
  });

  it('goes below where a figure is above, and left where both are taken', () => {
    const above = { x: 340, y: 80, width: 40, height: 20 };
    expect(placeLabel(line, 80, [above])).toMatchObject({ x: 320, y: 101 });
    expect(placeLabel(line, 80, [above, { ...above, y: 102 }])).toMatchObject({ x: 259, y: 85 });
  });

  it('stands above at the right where nothing is free', () => {
    expect(placeLabel(line, 80, [{ x: 0, y: 0, width: 500, height: 400 }])).toMatchObject({ x: 320, y: 85 });
  });

  it('keeps to the chart', () => {
    expect(placeLabel({ ...line, y: 24 }, 80, []).y).toBeGreaterThanOrEqual(line.top);
  });

  it('covers nothing that it can avoid', () => {
    const box = fc.record({
      x: fc.integer({ min: 60, max: 400 }),
      y: fc.integer({ min: 60, max: 130 }),
      width: fc.integer({ min: 10, max: 60 }),
      height: fc.constant(14),
    });
    fc.assert(
      fc.property(fc.array(box, { maxLength: 2 }), (taken) => {
        const { x, y, width, height } = placeLabel(line, 50, taken);
        // Two boxes of at most 60 leave 220 of 340 in at most three pieces, so 50 are free somewhere.
        const covers = taken.some(
          (b) => x < b.x + b.width && b.x < x + width && y < b.y + b.height && b.y < y + height,
        );
        expect(covers).toBe(false);
      }),
    );
  });
});
