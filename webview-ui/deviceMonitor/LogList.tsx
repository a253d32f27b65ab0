import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LogLine } from '../../src/protocol/device';
import { Button } from '../shared/controls';
import { virtualRange } from '../shared/virtualRange';
import { formatClock } from './formatTime';
import type { LogModel } from './logModel';

const ROW = 18;
const OVERSCAN = 8;

/** Rows in sight, of any number; stays at the end until scrolled away from it. */
export function LogList({ log }: { readonly log: LogModel }) {
  const scroller = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const [view, setView] = useState({ top: 0, height: 300 });
  const version = log.version.value;
  const { lines } = log;

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      if (sticks.current) element.scrollTop = element.scrollHeight;
      setView({ top: element.scrollTop, height: element.clientHeight });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element !== null && sticks.current) element.scrollTop = element.scrollHeight;
  }, [version]);

  // At the end, the rows of the end are drawn at once, not after the scroll event.
  const top = sticks.current ? Math.max(0, lines.length * ROW - view.height) : view.top;
  const range = virtualRange(top, view.height, ROW, lines.length, OVERSCAN);
  const rows = [];
  for (let row = range.first; row < range.end; row += 1) {
    rows.push(<Row key={lines[row]!.seq} line={lines[row]!} before={lines[row - 1]} top={row * ROW} />);
  }
  return (
    <div
      ref={scroller}
      class="log-list"
      role="log"
      aria-live="off"
      aria-label="Log lines"
      tabIndex={0}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        sticks.current = scrollHeight - scrollTop - clientHeight < ROW;
        setView({ top: scrollTop, height: clientHeight });
      }}
    >
      <div class="log-rows" style={{ height: `${lines.length * ROW}px` }}>
        {rows}
      </div>
      {lines.length === 0 ? <NoLines log={log} /> : null}
    </div>
  );
}

function NoLines({ log }: { readonly log: LogModel }) {
  if (log.filter.value !== 'quiet' || log.text.value !== '') return <p class="muted log-empty">No such line.</p>;
  return (
    <p class="muted log-empty">
      Nothing but telemetry so far.{' '}
      <Button
        kind="quiet"
        onClick={() => {
          log.narrow('', 'all');
        }}
      >
        Show everything
      </Button>
    </p>
  );
}

interface RowProps {
  readonly line: LogLine;
  readonly before: LogLine | undefined;
  readonly top: number;
}

function Row({ line, before, top }: RowProps) {
  return (
    <div class={`log-row ${line.level}`} style={{ top: `${top}px` }}>
      <span class="time">{before?.timeMs === line.timeMs ? '' : formatClock(line.timeMs)}</span>
      <span class="text">
        {line.level === 'sent' ? '› ' : ''}
        {line.text}
      </span>
    </div>
  );
}
