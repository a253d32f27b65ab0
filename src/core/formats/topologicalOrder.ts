import { ModelError } from '../ir/errors';

/** What ordering needs to know of a node. */
export interface Orderable<T> {
  /** For messages. */
  readonly label: (node: T) => string;
  readonly reads: (node: T) => readonly string[];
  readonly writes: (node: T) => readonly string[];
}

/**
 * Positions of `nodes` such that every value is written before it is read; null when they already are in such an
 * order. Iterative, linear in nodes and edges. Throws ModelError `cyclic` naming one node.
 */
export function topologicalOrder<T>(
  nodes: readonly T[],
  { reads, writes, label }: Orderable<T>,
  fileName: string,
): readonly number[] | null {
  const readNames = nodes.map(reads);
  const writers = new Map<string, number>();
  nodes.forEach((node, index) => {
    writes(node).forEach((name) => {
      if (name !== '' && !writers.has(name)) writers.set(name, index);
    });
  });
  if (isOrdered(readNames, writers)) return null;
  const order = sorted(readNames, writers);
  if (order.length === nodes.length) return order;
  const placed = new Set(order);
  const stuck = nodes.find((_, index) => !placed.has(index));
  const name = stuck === undefined ? '' : label(stuck);
  throw new ModelError('cyclic', `${fileName} cannot be run: node ${name} waits for its own result.`);
}

function isOrdered(readNames: readonly (readonly string[])[], writers: ReadonlyMap<string, number>): boolean {
  return readNames.every((names, index) => names.every((name) => (writers.get(name) ?? -1) < index));
}

/** As many of the nodes as can be put in order. */
function sorted(readNames: readonly (readonly string[])[], writers: ReadonlyMap<string, number>): readonly number[] {
  const readers = readNames.map((): number[] => []);
  const waitsFor = readNames.map(() => 0);
  readNames.forEach((names, index) => {
    for (const writer of new Set(names.map((name) => writers.get(name)))) {
      if (writer === undefined) continue;
      readers[writer]!.push(index);
      waitsFor[index]!++;
    }
  });
  const order = waitsFor.flatMap((_, index) => (waitsFor[index] === 0 ? [index] : []));
  // `order` grows while it is walked.
  for (const index of order) {
    for (const reader of readers[index]!) {
      waitsFor[reader]!--;
      if (waitsFor[reader] === 0) order.push(reader);
    }
  }
  return order;
}
