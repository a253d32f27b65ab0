import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { EditorState } from '../../../src/protocol/modelEditor';
import type { LayersView } from '../../../src/protocol/views';
import { Button, SearchBox } from '../../shared/controls';
import { formatBytes, formatInteger, plural } from '../../shared/formatNumber';
import { useSlashKey } from '../../shared/shortcuts';
import { VirtualList } from '../../shared/VirtualList';
import type { EditorModel } from '../editorModel';
import { NoOperators, Skeleton, TabProblem } from '../StatePages';
import { LayersHead } from './LayersHead';
import { LayerRow, ROW_HEIGHT } from './LayerRow';
import { figureColumns, sortRows, totalNote, totalText, type FigureColumn } from './layerColumns';
import { layersCsv } from './layersCsv';
import { filterRows } from './layersFilter';

/** The operators as a table. */
export function LayersTab({ model }: { readonly model: EditorModel }) {
  const view = model.layers.value.value;
  const failure = model.layers.failure.value;
  if (failure !== null && view === null) return <TabProblem model={model} failure={failure} />;
  if (view === null) {
    return (
      <div class="page">
        <Skeleton rows={16} />
      </div>
    );
  }
  if (view.ops.length === 0) return <NoOperators model={model} />;
  return <LayersTable model={model} view={view} />;
}

function LayersTable({ model, view }: { readonly model: EditorModel; readonly view: LayersView }) {
  const [op, setOp] = useState<string | null>(null);
  const sort = model.layersSort.value;
  const columns = useMemo(() => figureColumns(view), [view]);
  const rows = useRows(view, model.layersFilter.value, op, sort);
  const selected = model.selection.value.node;
  const position = useMemo(() => (selected === null ? -1 : rows.indexOf(selected)), [rows, selected]);
  useEffect(() => {
    model.noteDrawn('layers');
  }, [model]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = keyTarget(event.key, position, rows.length);
    if (event.key === 'Enter' && selected !== null) model.reveal('graph', { node: selected, tensor: null });
    else if (target !== null) model.select({ node: rows[target] ?? selected, tensor: null });
    else return;
    event.preventDefault();
  };
  const renderRow = useCallback(
    (row: number) => (
      <LayerRow
        key={row}
        row={row}
        node={rows[row] ?? 0}
        view={view}
        columns={columns}
        isSelected={rows[row] === selected}
        model={model}
      />
    ),
    [rows, view, columns, selected, model],
  );
  return (
    <div class="layers">
      <LayersToolbar model={model} view={view} rows={rows} op={op} onOp={setOp} />
      <VirtualList
        className="layers-list"
        label="Layers"
        rowCount={rows.length}
        rowHeight={ROW_HEIGHT}
        current={position}
        order={sort}
        headerHeight={ROW_HEIGHT}
        activeRowId={position < 0 ? undefined : `layer-${rows[position] ?? 0}`}
        onKeyDown={onKeyDown}
        header={
          <LayersHead
            columns={columns}
            sort={sort}
            onSort={(next) => {
              model.layersSort.value = next;
            }}
          />
        }
        renderRow={renderRow}
      />
      <Totals columns={columns} count={view.ops.length} />
    </div>
  );
}

/** Node ids in the order of the table: filtered again only when the filter changes, sorted when either does. */
function useRows(view: LayersView, filter: string, op: string | null, sort: EditorState['layersSort']): Uint32Array {
  const filtered = useMemo(() => filterRows(view, filter, op), [view, filter, op]);
  return useMemo(() => sortRows(view, filtered, sort), [view, filtered, sort]);
}

interface ToolbarProps {
  readonly model: EditorModel;
  readonly view: LayersView;
  readonly rows: Uint32Array;
  readonly op: string | null;
  readonly onOp: (op: string | null) => void;
}

function LayersToolbar({ model, view, rows, op, onOp }: ToolbarProps) {
  const input = useRef<HTMLInputElement>(null);
  useSlashKey(input);
  const sort = model.layersSort.value;
  return (
    <div class="toolbar">
      <div class="filter">
        <SearchBox
          value={model.layersFilter.value}
          placeholder="Filter: name, operator, >100k MACs"
          label="Filter layers by name, operator or figures such as >100k MACs"
          inputRef={input}
          onInput={(value) => {
            model.layersFilter.value = value;
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            model.layersFilter.value = '';
            input.current?.blur();
          }}
        />
      </div>
      <OperatorSelect view={view} op={op} onOp={onOp} />
      <span class="grow" />
      <span class="caption num wide-only" role="status">
        {formatInteger(rows.length)} of {plural(view.ops.length, 'layer')}
        {sort === null ? ' · file order' : ''}
      </span>
      <CopyButton
        onCopy={() => {
          model.copyText(layersCsv(view, rows));
        }}
      />
    </div>
  );
}

function OperatorSelect({ view, op, onOp }: Pick<ToolbarProps, 'view' | 'op' | 'onOp'>) {
  const kinds = useMemo(() => [...new Set(view.ops)].sort(), [view]);
  return (
    <select
      class="select wide-only"
      aria-label="Operator"
      value={op ?? ''}
      onChange={(event) => {
        onOp(event.currentTarget.value === '' ? null : event.currentTarget.value);
      }}
    >
      <option value="">All operators</option>
      {kinds.map((kind) => (
        <option key={kind} value={kind}>
          {kind}
        </option>
      ))}
    </select>
  );
}

const COPIED_MS = 2000;

function CopyButton({ onCopy }: { readonly onCopy: () => void }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => {
      setCopied(false);
    }, COPIED_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [copied]);
  return (
    <Button
      icon="copy"
      onClick={() => {
        onCopy();
        setCopied(true);
      }}
    >
      {copied ? 'Copied' : 'Copy as CSV'}
    </Button>
  );
}

function Totals({ columns, count }: { readonly columns: readonly FigureColumn[]; readonly count: number }) {
  return (
    <div class="layer-row totals num" role="note" aria-label="Totals">
      <span class="index" />
      <span class="op bold strong">{plural(count, 'layer')}</span>
      <span class="name wide-only" />
      <span class="dtype wide-only" />
      <span class="shape wide-only" />
      {columns.map((column) => (
        <span
          key={column.key}
          class={`figure bold strong ${column.wideOnly ? 'wide-only' : ''}`}
          title={
            column.key === 'liveBytes' ? `${formatBytes(column.largest)} at the peak` : (totalNote(column) ?? undefined)
          }
        >
          {totalText(column)}
          {column.key === 'liveBytes' ? formatInteger(column.largest) : null}
          <span class="heat-track blank caption wide-only">{column.key === 'liveBytes' ? 'peak' : ''}</span>
        </span>
      ))}
    </div>
  );
}

const PAGE = 20;

/** The row that a key leads to, inside the table; null for other keys. */
function keyTarget(key: string, position: number, count: number): number | null {
  const target = keyMove(key, position, count);
  return target === null ? null : Math.min(count - 1, Math.max(0, target));
}

function keyMove(key: string, position: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return position + 1;
    case 'ArrowUp':
      return position < 0 ? count - 1 : position - 1;
    case 'PageDown':
      return position + PAGE;
    case 'PageUp':
      return position - PAGE;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
