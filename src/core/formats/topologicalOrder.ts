import { ModelError } from '../ir/errors';

/** What ordering needs to know of a node. */
export interface Orderable {
  /** For messages. */
  readonly label: () => string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/**
 * Positions of `nodes` such that every value is written before it is read; null when they already are in such an
 * order. Iterative, linear in nodes and edges. Throws ModelError `cyclic` naming one node.
 */
export function topologicalOrder(nodes: readonly Orderable[], fileName: string): readonly number[] | null {
  const writers = new Map<string, number>();
  nodes.forEach((node, index) => {
    for (const name of node.writes) if (name !== '' && !writers.has(name)) writers.set(name, index);
  });
  const inOrder = nodes.every((node, index) => node.reads.every((name) => (writers.get(name) ?? -1) < index));
  return inOrder ? null : sorted(nodes, writers, fileName);
}

function sorted(
  nodes: readonly Orderable[],
  writers: ReadonlyMap<string, number>,
  fileName: string,
): readonly number[] {
  const readers = nodes.map((): number[] => []);
  const waitsFor = nodes.map(() => 0);
  nodes.forEach((node, index) => {
    for (const writer of new Set(node.reads.map((name) => writers.get(name)))) {
      if (writer === undefined) continue;
      readers[writer]!.push(index);
      waitsFor[index]!++;
    }
  });
  const order = nodes.flatMap((_, index) => (waitsFor[index] === 0 ? [index] : []));
  // `order` grows while it is walked.
  for (const index of order) {
    for (const reader of readers[index]!) {
      waitsFor[reader]!--;
      if (waitsFor[reader] === 0) order.push(reader);
    }
  }
  if (order.length < nodes.length) {
    const stuck = nodes[waitsFor.findIndex((count) => count > 0)];
    throw new ModelError('cyclic', `${fileName} cannot be run: node ${stuck?.label() ?? ''} waits for its own result.`);
  }
  return order;
}
