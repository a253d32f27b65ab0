import { layoutDag } from '../../src/core/layout/layoutDag';
import type { LayoutGraph } from '../../src/core/layout/layoutGraph';
import { report, timesMs } from './figure';

/** Times of graph layout by size and kind of graph. Netron draws a 5,000-node graph in 1,600 ms in all. */

type Edge = readonly [from: number, to: number];

const ROUNDS = 5;

const kinds: Readonly<Record<string, (count: number) => Edge[]>> = {
  chain: (count) => Array.from({ length: count - 1 }, (_, i): Edge => [i, i + 1]),
  residual: (count) =>
    Array.from({ length: count - 1 }, (_, i): Edge[] =>
      i >= 3 && i % 4 === 3
        ? [
            [i, i + 1],
            [i - 3, i + 1],
          ]
        : [[i, i + 1]],
    ).flat(),
  dense: (count) =>
    Array.from({ length: count - 1 }, (_, i): Edge[] =>
      Array.from({ length: Math.min(6, i + 1) }, (_unused, back): Edge => [i - back, i + 1]),
    ).flat(),
};

function graphOf(count: number, edges: readonly Edge[]): LayoutGraph {
  return {
    sizes: Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? 180 : 32)),
    edges: Uint32Array.from(edges.flat()),
    bundles: Uint32Array.from(edges, ([from]) => from),
    isEntry: Uint8Array.from({ length: count }, (_, node) => (node === 0 ? 1 : 0)),
  };
}

for (const [kind, edgesOf] of Object.entries(kinds)) {
  for (const count of [300, 5000, 10_000, 100_000]) {
    const graph = graphOf(count, edgesOf(count));
    report(
      `layout, ${kind}, ${count.toLocaleString('en')} nodes`,
      timesMs(ROUNDS, () => layoutDag(graph)),
      'ms',
    );
  }
}
