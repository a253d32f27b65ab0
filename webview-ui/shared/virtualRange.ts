export interface RowRange {
  /** First row to render. */
  readonly first: number;
  /** One past the last row to render. */
  readonly end: number;
}

/** Rows of a fixed height that a scrolled window shows, with `overscan` more on both sides. */
export function virtualRange(
  scrollTop: number,
  viewportHeight: number,
  rowHeight: number,
  rowCount: number,
  overscan: number,
): RowRange {
  const top = Math.max(0, scrollTop);
  const first = Math.floor(top / rowHeight) - overscan;
  const end = Math.ceil((top + viewportHeight) / rowHeight) + overscan;
  const last = Math.min(rowCount, Math.max(0, end));
  return { first: Math.min(Math.max(0, first), last), end: last };
}

/** The scroll position that shows a row with as little movement as possible. */
export function scrollToRow(row: number, scrollTop: number, viewportHeight: number, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  if (top + rowHeight > scrollTop + viewportHeight) return top + rowHeight - viewportHeight;
  return scrollTop;
}
