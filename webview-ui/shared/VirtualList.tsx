import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { scrollToRow, virtualRange, type RowRange } from './virtualRange';

interface VirtualListProps {
  readonly rowCount: number;
  readonly rowHeight: number;
  /** The row to keep in view; it is scrolled to when it changes. */
  readonly current: number | null;
  /** What the rows are sorted by: another value shows the list from its top, wherever the current row went. */
  readonly order?: unknown;
  /** Keep it the same function for as long as the same rows are to be shown. */
  readonly renderRow: (row: number) => ComponentChildren;
  /** Drawn above the rows; stays in place while they scroll down, scrolls sideways with them. */
  readonly header?: ComponentChildren;
  readonly headerHeight?: number;
  readonly className?: string;
  readonly label: string;
  readonly activeRowId?: string | undefined;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

const OVERSCAN = 8;

/**
 * The rows in range. One that was there before is the same object again, which Preact leaves alone: scrolling costs what
 * comes into sight. A `renderRow` that changes renders all anew.
 */
function useRows(renderRow: VirtualListProps['renderRow'], range: RowRange): readonly ComponentChildren[] {
  const last = useRef<{ render: VirtualListProps['renderRow']; rows: ReadonlyMap<number, ComponentChildren> } | null>(
    null,
  );
  const old = last.current?.render === renderRow ? last.current.rows : new Map<number, ComponentChildren>();
  const rows = new Map<number, ComponentChildren>();
  for (let row = range.first; row < range.end; row += 1) rows.set(row, old.get(row) ?? renderRow(row));
  last.current = { render: renderRow, rows };
  return [...rows.values()];
}

/** A grid of fixed-height rows that renders only what is in sight. */
export function VirtualList(props: VirtualListProps) {
  const { rowCount, rowHeight, current, order, headerHeight = 0 } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [height, setHeight] = useState(600);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      setHeight(element.clientHeight);
    });
    observer.observe(element);
    setHeight(element.clientHeight);
    return () => {
      observer.disconnect();
    };
  }, []);

  const lastOrder = useRef(order);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    if (lastOrder.current !== order) {
      lastOrder.current = order;
      element.scrollTop = 0;
      return;
    }
    if (current === null || current < 0) return;
    element.scrollTop = scrollToRow(current, element.scrollTop, element.clientHeight - headerHeight, rowHeight);
  }, [current, order, rowHeight, headerHeight]);

  const range = virtualRange(scrollTop, height - headerHeight, rowHeight, rowCount, OVERSCAN);
  const rows = useRows(props.renderRow, range);

  return (
    <div
      ref={scroller}
      class={`virtual-list ${props.className ?? ''}`}
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={rowCount + 1}
      aria-activedescendant={props.activeRowId}
      onScroll={(event) => {
        setScrollTop(event.currentTarget.scrollTop);
      }}
      onKeyDown={props.onKeyDown}
    >
      {props.header}
      <div class="spacer" role="rowgroup" style={{ height: `${rowCount * rowHeight}px` }}>
        {rows}
      </div>
    </div>
  );
}
