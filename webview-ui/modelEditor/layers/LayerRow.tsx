import type { LayersView } from '../../../src/protocol/views';
import { formatInteger, NOT_APPLICABLE } from '../../shared/formatNumber';
import { heatColor, heatStep, TABLE_POWER } from '../../shared/heatRamp';
import { MiddleText } from '../../shared/MiddleText';
import type { EditorModel } from '../editorModel';
import type { FigureColumn } from './layerColumns';

export const ROW_HEIGHT = 24;

interface LayerRowProps {
  readonly row: number;
  readonly node: number;
  readonly view: LayersView;
  readonly columns: readonly FigureColumn[];
  readonly isSelected: boolean;
  readonly model: EditorModel;
}

export function LayerRow({ row, node, view, columns, isSelected, model }: LayerRowProps) {
  const name = view.names[node] ?? '';
  return (
    <div
      id={`layer-${node}`}
      class={isSelected ? 'layer-row selected' : 'layer-row'}
      role="row"
      aria-rowindex={row + 2}
      aria-selected={isSelected}
      style={{ top: `${row * ROW_HEIGHT}px` }}
      onClick={() => {
        model.select({ node, tensor: null });
      }}
      onDblClick={() => {
        model.reveal('graph', { node, tensor: null });
      }}
    >
      <span class="index num" role="gridcell">
        {node}
      </span>
      <span class="op mono ellipsis" role="gridcell" title={`${view.ops[node] ?? ''} ${view.details[node] ?? ''}`}>
        {view.ops[node]} <span class="muted">{view.details[node]}</span>
      </span>
      <span class="name mono muted wide-only" role="gridcell">
        <MiddleText text={name} />
      </span>
      <span class="dtype muted ellipsis wide-only" role="gridcell">
        {view.dtypes[node]}
      </span>
      <span class="shape num ellipsis wide-only" role="gridcell" title={view.shapes[node]}>
        {view.shapes[node]}
      </span>
      {columns.map((column) => (
        <Figure key={column.key} column={column} node={node} />
      ))}
    </div>
  );
}

function Figure({ column, node }: { readonly column: FigureColumn; readonly node: number }) {
  const value = column.values[node] ?? -1;
  const step = heatStep(value, column.largest, TABLE_POWER);
  const text = value < 0 ? 'unknown' : value === 0 ? NOT_APPLICABLE : formatInteger(value);
  const share = column.largest > 0 && value > 0 ? Math.max(2, (value / column.largest) * 100) : 0;
  return (
    <span class={`figure num ${column.wideOnly ? 'wide-only' : ''}`} role="gridcell">
      <span class={value <= 0 ? 'muted' : ''}>{text}</span>
      <span class="heat-track wide-only" aria-hidden="true">
        {share === 0 ? null : <span style={{ width: `${share}%`, background: heatColor(step) }} />}
      </span>
    </span>
  );
}
