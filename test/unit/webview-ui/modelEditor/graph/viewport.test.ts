import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  centerOn,
  fitView,
  isInView,
  openingView,
  panBy,
  visibleRect,
  zoomAt,
} from '../../../../../webview-ui/modelEditor/graph/viewport';

const canvas = { width: 800, height: 600 };
const size = fc.record({ width: fc.integer({ min: 1, max: 500_000 }), height: fc.integer({ min: 1, max: 500_000 }) });

describe('viewport', () => {
  it('keeps what is under the pointer when it zooms', () => {
    const view = fc.record({
      x: fc.integer({ min: -1000, max: 1000 }),
      y: fc.integer({ min: -1000, max: 1000 }),
      zoom: fc.double({ min: 0.01, max: 4, noNaN: true }),
    });
    const pointer = fc.integer({ min: 0, max: 800 });
    fc.assert(
      fc.property(view, pointer, pointer, fc.double({ min: 0.2, max: 5, noNaN: true }), (before, x, y, factor) => {
        const after = zoomAt(before, x, y, factor);
        expect(after.x + x / after.zoom).toBeCloseTo(before.x + x / before.zoom, 4);
        expect(after.y + y / after.zoom).toBeCloseTo(before.y + y / before.zoom, 4);
      }),
    );
  });

  it('shows all of any world that is not absurdly long when it fits it', () => {
    fc.assert(
      fc.property(size, (world) => {
        const view = fitView(world, canvas);
        expect(view.zoom).toBeLessThanOrEqual(1);
        expect(isInView(view, { x: 0, y: 0, ...world }, canvas)).toBe(true);
      }),
    );
  });

  it('opens a long graph at its top, at its natural size', () => {
    const view = openingView({ width: 400, height: 200_000 }, canvas, { x: 110, y: 0, width: 180, height: 32 });
    expect(view).toEqual({ x: 200 - 400, y: -24, zoom: 1 });
  });

  it('pans by screen pixels and centres at a readable zoom', () => {
    expect(panBy({ x: 10, y: 10, zoom: 2 }, 20, -40)).toEqual({ x: 0, y: 30, zoom: 2 });
    const box = { x: 5000, y: 9000, width: 180, height: 32 };
    const view = centerOn({ x: 0, y: 0, zoom: 0.01 }, box, canvas);
    const seen = visibleRect(view, canvas);
    expect(view.zoom).toBeGreaterThan(0.4);
    expect(seen.x + seen.width / 2).toBeCloseTo(5090);
    expect(seen.y + seen.height / 2).toBeCloseTo(9016);
  });
});
