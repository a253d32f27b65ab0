import type { Board } from './board';
import catalog from './boards.json';

/**
 * Boards that models are placed on, region by region. Every size states where it comes from; addresses that were not
 * found in a source are left out, and a note says where regions are not known.
 */
export const boards: readonly Board[] = catalog as readonly Board[];

export function boardById(id: string): Board | null {
  return boards.find((board) => board.id === id) ?? null;
}

/** The ids most like a mistyped one, best first. */
export function nearestBoardIds(id: string, count = 3): readonly string[] {
  const wanted = pairsOf(id);
  const scored = boards.map((board) => ({ id: board.id, score: likeness(wanted, pairsOf(board.id)) }));
  return scored
    .toSorted((a, b) => b.score - a.score)
    .slice(0, count)
    .map((entry) => entry.id);
}

/** Letters and digits in pairs, ends marked: spelling slips change few of them. */
function pairsOf(id: string): ReadonlySet<string> {
  const letters = `^${id.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}$`;
  return new Set(Array.from({ length: letters.length - 1 }, (_, at) => letters.slice(at, at + 2)));
}

/** Sørensen–Dice coefficient of two sets. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((pair) => b.has(pair)).length;
  return (2 * shared) / (a.size + b.size);
}
