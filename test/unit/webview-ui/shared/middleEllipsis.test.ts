import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { middleEllipsis } from '../../../../webview-ui/shared/middleEllipsis';

describe('middleEllipsis', () => {
  it('keeps the ends of a name', () => {
    expect(middleEllipsis('model/activation_2/Relu;model/conv2d_1/Conv2D', 20)).toBe(
      'model/a…nv2d_1/Conv2D'.slice(0, 8) + 'v2d_1/Conv2D',
    );
    expect(middleEllipsis('short', 20)).toBe('short');
  });

  it('is never longer than asked', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (text, limit) => {
        const shown = middleEllipsis(text, limit);
        expect(shown.length).toBeLessThanOrEqual(limit);
        if (text.length > 2 && limit > 2 && shown !== text) {
          expect(text.endsWith(shown.slice(shown.indexOf('…') + 1))).toBe(true);
        }
      }),
    );
  });
});
