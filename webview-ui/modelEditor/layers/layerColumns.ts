import type { LayersView } from '../../../src/protocol/views';
import { formatInteger } from '../../shared/formatNumber';
import { largestOf } from '../../shared/heatRamp';

export type FigureKey = 'macs' | 'parameters' | 'weightBytes' | 'outputBytes' | 'liveBytes';
export type ColumnKey = 'index' | 'op' | 'name' | 'dtype' | 'shape' | FigureKey;

export interface FigureColumn {
  readonly key: FigureKey;
  readonly title: string;
  readonly values: Float64Array;
  readonly largest: number;
  /** Sum of the known values; null where a sum means nothing (bytes alive at the same time). */
  readonly total: number | null;
  /** Operators with a row whose figure is not known: with one or more, the total is a lower bound. */
  readonly unknownOps: readonly string[];
  /** Not in the narrow layout. */
  readonly wideOnly: boolean;
}

const figures: readonly Omit<FigureColumn, 'values' | 'largest' | 'total' | 'unknownOps'>[] = [
  { key: 'macs', title: 'MACs', wideOnly: false },
  { key: 'parameters', title: 'Params', wideOnly: true },
  { key: 'weightBytes', title: 'Weights, B', wideOnly: false },
  { key: 'outputBytes', title: 'Output, B', wideOnly: false },
  { key: 'liveBytes', title: 'Live, B', wideOnly: true },
];

export const TEXT_COLUMNS: readonly { readonly key: ColumnKey; readonly title: string; readonly wideOnly: boolean }[] =
  [
    { key: 'index', title: '#', wideOnly: false },
    { key: 'op', title: 'Operator', wideOnly: false },
    { key: 'name', title: 'Output tensor', wideOnly: true },
    { key: 'dtype', title: 'Type', wideOnly: true },
    { key: 'shape', title: 'Shape', wideOnly: true },
  ];

/** The columns with numbers, each with what its bars are measured against. */
export function figureColumns(view: LayersView): readonly FigureColumn[] {
  return figures.map((figure) => {
    const values = view[figure.key];
    const summable = figure.key !== 'liveBytes' && figure.key !== 'outputBytes';
    const unknownOps = [...new Set(view.ops.filter((_, node) => (values[node] ?? 0) < 0))];
    return { ...figure, values, largest: largestOf(values), total: summable ? knownSum(values) : null, unknownOps };
  });
}

/** The total as it is written: a sum that leaves rows out says so. */
export function totalText({ total, unknownOps }: FigureColumn): string {
  if (total === null) return '';
  if (unknownOps.length === 0) return formatInteger(total);
  return total === 0 ? 'not known' : `≥ ${formatInteger(total)}`;
}

const OPERATORS_NAMED = 5;

/** What a total leaves out; null when it is whole. */
export function totalNote({ title, total, unknownOps }: FigureColumn): string | null {
  if (total === null || unknownOps.length === 0) return null;
  const more = unknownOps.length - OPERATORS_NAMED;
  const names = unknownOps.slice(0, OPERATORS_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return `${title} of some layers are not known and not in this sum: ${names}.`;
}

function knownSum(values: Float64Array): number {
  let sum = 0;
  for (const value of values) if (value > 0) sum += value;
  return sum;
}

/** Rows in the order asked for; equal rows stay in file order, unknown figures go last either way. */
export function sortRows(
  view: LayersView,
  rows: Uint32Array,
  sort: { readonly column: string; readonly descending: boolean } | null,
): Uint32Array {
  if (sort === null) return rows;
  const sorted = rows.slice();
  const sign = sort.descending ? -1 : 1;
  const texts: Readonly<Record<string, readonly string[]>> = {
    op: view.ops,
    name: view.names,
    dtype: view.dtypes,
    shape: view.shapes,
  };
  const text = texts[sort.column];
  const values = figures.some((figure) => figure.key === sort.column) ? view[sort.column as FigureKey] : null;
  if (text !== undefined) {
    const order = new Intl.Collator('en', { numeric: true }).compare;
    sorted.sort((a, b) => sign * order(text[a]!, text[b]!) || a - b);
  } else if (values !== null) {
    sorted.sort((a, b) => compareFigures(values[a]!, values[b]!, sign) || a - b);
  } else sorted.sort((a, b) => sign * (a - b));
  return sorted;
}

function compareFigures(a: number, b: number, sign: number): number {
  if (a < 0 || b < 0) return a < 0 && b < 0 ? 0 : a < 0 ? 1 : -1;
  return sign * (a - b);
}
