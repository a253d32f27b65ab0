import { useCallback } from 'preact/hooks';
import { formatInteger, formatReal } from '../../shared/formatNumber';
import { VirtualList } from '../../shared/VirtualList';

const COLUMNS = 6;
const ROW_HEIGHT = 20;
const MOST_ROWS = 10;

interface ValueGridProps {
  readonly values: Float32Array | Float64Array;
  /** Values that the tensor has: the grid may show the first of them only. */
  readonly count: number;
  readonly label: string;
}

/** Values in rows of six, each row led by the index of its first value. */
export function ValueGrid({ values, count, label }: ValueGridProps) {
  const rows = Math.ceil(values.length / COLUMNS);
  const renderRow = useCallback(
    (row: number) => (
      <div key={row} class="value-row num" role="row" style={{ top: `${row * ROW_HEIGHT}px` }}>
        <span class="muted" role="rowheader">
          {row * COLUMNS}
        </span>
        {Array.from(values.subarray(row * COLUMNS, (row + 1) * COLUMNS), (value, column) => (
          <span key={column} role="gridcell">
            {formatReal(value)}
          </span>
        ))}
      </div>
    ),
    [values],
  );
  return (
    <div class="stack tight">
      <div class="value-grid" style={{ height: `${Math.min(rows, MOST_ROWS) * ROW_HEIGHT}px` }}>
        <VirtualList rowCount={rows} rowHeight={ROW_HEIGHT} current={null} label={label} renderRow={renderRow} />
      </div>
      {count > values.length ? (
        <span class="caption num">
          The first {formatInteger(values.length)} of {formatInteger(count)}
        </span>
      ) : null}
    </div>
  );
}
