import type { LayersView } from '../../../src/protocol/views';
import type { FigureKey } from './layerColumns';

type Term =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'index'; readonly index: number }
  | {
      readonly kind: 'figure';
      readonly column: FigureKey;
      readonly operator: '<' | '<=' | '>' | '>=' | '=';
      readonly value: number;
    };

/** What a column may be called in a filter. */
const columnNames: Readonly<Record<string, FigureKey>> = {
  mac: 'macs',
  macs: 'macs',
  param: 'parameters',
  params: 'parameters',
  parameters: 'parameters',
  weight: 'weightBytes',
  weights: 'weightBytes',
  output: 'outputBytes',
  out: 'outputBytes',
  live: 'liveBytes',
};

const factors: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 1024,
  mi: 1024 ** 2,
  gi: 1024 ** 3,
};

const COMPARISON = /([<>]=?|=)\s*(\d[\d,]*(?:\.\d+)?)\s*(ki|mi|gi|k|m|g)?b?(?:\s+(?:b\s+)?([a-z]+))?(?=\s|$)/gi;

/**
 * The filter's language: words that must all occur in operator, tensor, type or shape; `#12` for one row; comparisons such
 * as `>100k MACs`, `weights` by `>=4KiB weights`. A comparison without a column name is of MACs.
 */
export function parseFilter(filter: string): readonly Term[] {
  const terms: Term[] = [];
  const rest = filter.replace(
    COMPARISON,
    (whole, operator: string, digits: string, unit: string | undefined, word: string | undefined) => {
      const column = word === undefined ? 'macs' : columnNames[word.toLowerCase()];
      const value = Number(digits.replaceAll(',', '')) * (factors[(unit ?? '').toLowerCase()] ?? 1);
      terms.push({ kind: 'figure', column: column ?? 'macs', operator: operator as '<', value });
      // A word that is no column was meant as text.
      return column === undefined && word !== undefined ? ` ${word} ` : ' '.repeat(whole.length > 0 ? 1 : 0);
    },
  );
  for (const word of rest.split(/\s+/)) {
    if (word === '') continue;
    const index = /^#(\d+)$/.exec(word);
    terms.push(
      index === null ? { kind: 'text', text: word.toLowerCase() } : { kind: 'index', index: Number(index[1]) },
    );
  }
  return terms;
}

/** Rows (in file order) that meet every term, of operators `op` only unless it is null. */
export function filterRows(view: LayersView, filter: string, op: string | null): Uint32Array {
  const terms = parseFilter(filter);
  const rows = new Uint32Array(view.ops.length);
  let count = 0;
  for (let row = 0; row < view.ops.length; row += 1) {
    if (op !== null && view.ops[row] !== op) continue;
    if (!terms.every((term) => meets(view, row, term))) continue;
    rows[count] = row;
    count += 1;
  }
  return rows.slice(0, count);
}

function meets(view: LayersView, row: number, term: Term): boolean {
  switch (term.kind) {
    case 'index':
      return row === term.index;
    case 'text':
      return [view.ops, view.details, view.names, view.dtypes, view.shapes].some((column) =>
        (column[row] ?? '').toLowerCase().includes(term.text),
      );
    case 'figure':
      return compares(view[term.column][row] ?? -1, term.operator, term.value);
  }
}

function compares(figure: number, operator: '<' | '<=' | '>' | '>=' | '=', value: number): boolean {
  if (figure < 0) return false;
  switch (operator) {
    case '<':
      return figure < value;
    case '<=':
      return figure <= value;
    case '>':
      return figure > value;
    case '>=':
      return figure >= value;
    case '=':
      return figure === value;
  }
}
