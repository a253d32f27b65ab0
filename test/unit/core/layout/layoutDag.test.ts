import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutDag } from '../../../../src/core/layout/layoutDag';
import type { LayoutGraph, Positions } from '../../../../src/core/layout/layoutGraph';

type Edge = readonly [from: number, to: number];

function graphOf(count: number, edges: readonly Edge[]): LayoutGraph {
  return {
    sizes: Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? 180 : 32)),
    edges: Uint32Array.from(edges.flat()),
    bundles: Uint32Array.from(edges, ([from]) => from),
    isEntry: Uint8Array.from({ length: count }, (_, node) => (node === 0 ? 1 : 0)),
  };
}

function boxOf(
  { boxes }: Positions,
  node: number,
): { x: number; y: number; right: number; bottom: number; centre: number } {
  const [x = NaN, y = NaN, width = NaN, height = NaN] = boxes.subarray(4 * node, 4 * node + 4);
  return { x, y, right: x + width, bottom: y + height, centre: x + width / 2 };
}

function pointsOf({ edgePoints, edgeStarts }: Positions, edge: number): [number, number][] {
  const points: [number, number][] = [];
  for (let i = edgeStarts[edge]!; i < edgeStarts[edge + 1]!; i++)
    points.push([edgePoints[2 * i]!, edgePoints[2 * i + 1]!]);
  return points;
}

/** What must hold of every drawing of an acyclic graph. */
function expectSound(graph: LayoutGraph, positions: Positions): void {
  const count = graph.sizes.length / 2;
  expect(positions.boxes).toHaveLength(4 * count);
  for (let a = 0; a < count; a++) {
    const one = boxOf(positions, a);
    expect(one.x >= 0 && one.y >= 0 && one.right <= positions.width && one.bottom <= positions.height).toBe(true);
    for (let b = 0; b < a; b++) {
      const other = boxOf(positions, b);
      const apart = one.right <= other.x || other.right <= one.x || one.bottom <= other.y || other.bottom <= one.y;
      expect(apart, `boxes ${b} and ${a}`).toBe(true);
    }
  }
  for (let edge = 0; edge < graph.edges.length / 2; edge++) {
    const from = boxOf(positions, graph.edges[2 * edge]!);
    const to = boxOf(positions, graph.edges[2 * edge + 1]!);
    const points = pointsOf(positions, edge);
    expect(from.bottom).toBeLessThan(to.y);
    expect(points[0]![0]).toBeCloseTo(from.centre, 2);
    expect(points[0]![1]).toBe(from.bottom);
    expect(points.at(-1)![1]).toBe(to.y);
    expect(points.at(-1)![0]).toBeGreaterThan(to.x);
    expect(points.at(-1)![0]).toBeLessThan(to.right);
    for (const [i, [x, y]] of points.slice(1).entries()) {
      const [lastX, lastY] = points[i]!;
      expect(Math.abs(x - lastX) < 0.6 || y === lastY, 'lines are level or upright').toBe(true);
      expect(y).toBeGreaterThanOrEqual(lastY);
    }
  }
}

const dag: fc.Arbitrary<LayoutGraph> = fc.integer({ min: 1, max: 40 }).chain((count) =>
  fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 90 }).map((pairs) =>
    graphOf(
      count,
      pairs.filter(([a, b]) => a !== b).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]),
    ),
  ),
);

/** Four blocks of a residual network: trunk 0..12, and a skip over every three. */
const residual = graphOf(
  13,
  Array.from({ length: 12 }, (_, i): Edge => [i, i + 1]).concat([0, 3, 6, 9].map((i): Edge => [i, i + 3])),
);

describe('layoutDag', () => {
  it('draws nothing from nothing', () => {
    expect(layoutDag(graphOf(0, []))).toMatchObject({ width: 0, height: 0 });
  });

  it('keeps boxes apart, leads every edge down and along right angles, and is deterministic', () => {
    fc.assert(
      fc.property(dag, (graph) => {
        const positions = layoutDag(graph);
        expectSound(graph, positions);
        expect(layoutDag(graph)).toEqual(positions);
      }),
      { numRuns: 150 },
    );
  });

  it('draws the trunk of a residual network as one straight line, with skips beside it', () => {
    const positions = layoutDag(residual);
    const trunk = boxOf(positions, 0);
    for (let node = 1; node < 13; node++) expect(boxOf(positions, node).centre).toBe(trunk.centre);
    for (let edge = 12; edge < 16; edge++) {
      const furthest = Math.max(...pointsOf(positions, edge).map(([x]) => Math.abs(x - trunk.centre)));
      expect(furthest).toBeGreaterThan(90);
      expect(furthest).toBeLessThan(140);
    }
  });

  it('puts a side input just above what uses it, not at the top', () => {
    const chain = Array.from({ length: 9 }, (_, i): Edge => [i, i + 1]);
    const positions = layoutDag(graphOf(12, [...chain, [10, 11], [11, 8]]));
    expect(boxOf(positions, 11).y).toBe(boxOf(positions, 7).y);
    expect(boxOf(positions, 10).y).toBe(boxOf(positions, 6).y);
  });

  it('places every node of a graph with cycles and loops onto itself', () => {
    const positions = layoutDag(
      graphOf(5, [
        [0, 1],
        [1, 2],
        [2, 0],
        [3, 3],
        [2, 4],
      ]),
    );
    const spots = new Set(
      Array.from({ length: 5 }, (_, node) => `${boxOf(positions, node).x},${boxOf(positions, node).y}`),
    );
    expect(spots.size).toBe(5);
    expect(positions.edgePoints.every(Number.isFinite)).toBe(true);
  });

  it.each([
    ['a chain', Array.from({ length: 99_999 }, (_, i): Edge => [i, i + 1])],
    ['a star', Array.from({ length: 99_999 }, (_, i): Edge => [0, i + 1])],
    ['one value used all along', Array.from({ length: 99_999 }, (_, i): Edge => [i % 2 === 0 ? 0 : i, i + 1])],
    ['skips over skips', Array.from({ length: 99_999 }, (_, i): Edge => [Math.max(0, i - (i % 7)), i + 1])],
  ])('lays out 100,000 nodes: %s', (_, edges) => {
    const positions = layoutDag(graphOf(100_000, edges));
    expect(positions.boxes.every(Number.isFinite)).toBe(true);
    expect(positions.edgeStarts.at(-1)).toBe(positions.edgePoints.length / 2);
  });

  it('runs edges down the side where bends would be too many', () => {
    const count = 2000;
    const chain = Array.from({ length: count - 1 }, (_, i): Edge => [i, i + 1]);
    const skips = Array.from({ length: 900 }, (_, i): Edge => [i, count - 1 - i]);
    const positions = layoutDag(graphOf(count, [...chain, ...skips]));
    const side = Math.max(...pointsOf(positions, count - 1).map(([x]) => x));
    const right = Math.max(...Array.from({ length: count }, (_, node) => boxOf(positions, node).right));
    expect(side).toBeGreaterThan(right);
    expect(side).toBeLessThanOrEqual(positions.width);
  });
});
