const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Characters as a terminal shows them. */
function width(text: string): number {
  return Array.from(segmenter.segment(text)).length;
}

/** Names come from files, which may hold one of megabytes; `--json` has it whole. */
const LONGEST_CELL = 200;

function shortened(cell: string): string {
  return cell.length > LONGEST_CELL ? `${cell.slice(0, LONGEST_CELL).replace(/[\uD800-\uDBFF]$/, '')}…` : cell;
}

/**
 * Rows as lines of aligned columns, two spaces between them; columns in `rightAligned` end in line. A cell of more than
 * 200 characters is cut.
 */
export function alignColumns(
  longRows: readonly (readonly string[])[],
  rightAligned: ReadonlySet<number> = new Set(),
): readonly string[] {
  const rows = longRows.map((row) => row.map(shortened));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, width(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const fill = ' '.repeat(widths[column]! - width(cell));
        return rightAligned.has(column) ? fill + cell : cell + fill;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** `7,489,664`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `333,288 B`. */
export function formatBytes(bytes: number): string {
  return `${formatCount(bytes)} B`;
}
