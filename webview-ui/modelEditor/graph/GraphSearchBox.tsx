import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { SearchBox } from '../../shared/controls';
import { formatInteger } from '../../shared/formatNumber';
import { middleEllipsis } from '../../shared/middleEllipsis';
import { useSlashKey } from '../../shared/shortcuts';
import { VirtualList } from '../../shared/VirtualList';
import type { GraphSearch, SearchResult } from './graphSearch';

interface GraphSearchBoxProps {
  readonly search: GraphSearch;
  readonly onFound: (elements: ReadonlySet<number>) => void;
  readonly onSelect: (element: number, tensor: number | null) => void;
}

const ROW = 38;
/** So many hits are outlined in the graph; more would be all of it. */
const MARKED = 100;

/** Find an operator or tensor: a list of hits, Enter and Shift+Enter or the arrows go through them. */
export function GraphSearchBox({ search, onFound, onSelect }: GraphSearchBoxProps) {
  const [query, setQuery] = useState('');
  const [open, setOpen] = useState(false);
  const [current, setCurrent] = useState(-1);
  const result = useMemo(() => search.find(query), [search, query]);
  const input = useRef<HTMLInputElement>(null);
  const holder = useRef<HTMLDivElement>(null);
  useSlashKey(input);
  useEffect(() => {
    setCurrent(-1);
    onFound(new Set(result.hits.slice(0, MARKED).map((hit) => hit.element)));
  }, [result, onFound]);
  useOutsideClick(holder, () => {
    setOpen(false);
  });
  const go = (index: number): void => {
    const hit = result.hits[index];
    if (hit === undefined) return;
    setCurrent(index);
    if (hit.element >= 0) onSelect(hit.element, hit.tensor);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = nextHit(event, current, result.hits.length);
    if (event.key === 'Escape') {
      setQuery('');
      input.current?.blur();
    } else if (next === null) return;
    else go(next);
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      class="search-holder"
      ref={holder}
      onFocusIn={() => {
        setOpen(true);
      }}
    >
      <SearchBox
        value={query}
        placeholder="Find an operator or tensor"
        label="Find an operator or tensor"
        inputRef={input}
        onInput={(value) => {
          setQuery(value);
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
      >
        {query === '' ? null : <span class="caption num">{countText(current, result)}</span>}
      </SearchBox>
      {open && query !== '' ? <Results result={result} current={current} onPick={go} /> : null}
    </div>
  );
}

/** Where Enter, Shift+Enter and the arrows lead from a hit; null for other keys and when there is none. */
function nextHit(event: KeyboardEvent, current: number, count: number): number | null {
  if (count === 0) return null;
  const back = event.key === 'ArrowUp' || (event.key === 'Enter' && event.shiftKey);
  if (back) return (Math.max(current, 0) - 1 + count) % count;
  return event.key === 'Enter' || event.key === 'ArrowDown' ? (current + 1) % count : null;
}

interface ResultsProps {
  readonly result: SearchResult;
  readonly current: number;
  readonly onPick: (row: number) => void;
}

function Results({ result, current, onPick }: ResultsProps) {
  return (
    <div class="card results">
      {result.total === 0 ? <p class="muted">Nothing is called that.</p> : null}
      <VirtualList
        label="Search results"
        rowCount={result.hits.length}
        rowHeight={ROW}
        current={current}
        renderRow={(row) => <Hit key={row} result={result} row={row} isCurrent={row === current} onPick={onPick} />}
      />
      {result.total > result.hits.length ? <p class="caption">The first {result.hits.length} are listed.</p> : null}
    </div>
  );
}

interface HitProps {
  readonly result: SearchResult;
  readonly row: number;
  readonly isCurrent: boolean;
  readonly onPick: (row: number) => void;
}

function Hit({ result, row, isCurrent, onPick }: HitProps) {
  const hit = result.hits[row];
  if (hit === undefined) return null;
  return (
    <div
      role="row"
      aria-rowindex={row + 1}
      aria-selected={isCurrent}
      class="hit"
      style={{ top: `${row * ROW}px`, height: `${ROW}px` }}
      onClick={() => {
        onPick(row);
      }}
    >
      <div role="gridcell" class="mono" title={hit.text}>
        {middleEllipsis(hit.text, 40)}
      </div>
      <div role="gridcell" class="caption ellipsis" title={hit.detail}>
        {hit.detail}
      </div>
    </div>
  );
}

function countText(current: number, result: SearchResult): string {
  const total = formatInteger(result.total);
  return current < 0 ? total : `${current + 1} of ${total}`;
}

function useOutsideClick(holder: { readonly current: HTMLElement | null }, onOutside: () => void): void {
  const latest = useRef(onOutside);
  latest.current = onOutside;
  useEffect(() => {
    const listener = (event: PointerEvent): void => {
      if (event.target instanceof Node && holder.current?.contains(event.target) === true) return;
      latest.current();
    };
    document.addEventListener('pointerdown', listener);
    return () => {
      document.removeEventListener('pointerdown', listener);
    };
  }, [holder]);
}
