import { useCallback, useMemo } from 'preact/hooks';
import type { RunView } from '../../../src/protocol/views';
import { formatReal, plural } from '../../shared/formatNumber';
import { MiddleText } from '../../shared/MiddleText';
import { VirtualList } from '../../shared/VirtualList';
import type { EditorModel } from '../editorModel';

const ROW_HEIGHT = 24;

/** What every operator made, in execution order. The operator selected anywhere is selected here. */
export function RunTensors({ model, run }: { readonly model: EditorModel; readonly run: RunView }) {
  const { tensors } = run;
  const { graph, node } = model.selection.value;
  const selected = graph === run.graph ? node : null;
  const position = useMemo(() => (selected === null ? -1 : tensors.nodes.indexOf(selected)), [tensors, selected]);
  const pick = useCallback(
    (row: number) => {
      model.tryIt.picked.value = tensors.indices[row] ?? null;
      model.select({ graph: run.graph, node: tensors.nodes[row] ?? null, tensor: tensors.tensors[row] ?? null });
    },
    [model, tensors, run.graph],
  );
  const renderRow = useCallback(
    (row: number) => <TensorRow key={row} row={row} run={run} isSelected={row === position} onPick={pick} />,
    [run, position, pick],
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === 'Enter' && selected !== null) model.reveal('graph', { graph: run.graph, node: selected });
    else if (step !== 0) pick(Math.min(tensors.indices.length - 1, Math.max(0, position + step)));
    else return;
    event.preventDefault();
  };
  return (
    <section class="run-tensors" aria-label="Tensors by operator">
      <h2>
        Tensors by operator <span class="note">{plural(tensors.indices.length, 'tensor')}</span>
      </h2>
      <VirtualList
        className="layers-list"
        label="Tensors by operator"
        rowCount={tensors.indices.length}
        rowHeight={ROW_HEIGHT}
        current={position}
        headerHeight={ROW_HEIGHT}
        activeRowId={position < 0 ? undefined : `run-tensor-${position}`}
        onKeyDown={onKeyDown}
        header={<Head />}
        renderRow={renderRow}
      />
    </section>
  );
}

function Head() {
  return (
    <div class="layer-row head caption" role="row">
      <span class="index">#</span>
      <span class="op">Operator</span>
      <span class="name wide-only">Tensor</span>
      <span class="shape wide-only">Type and shape</span>
      <span class="figure">Min</span>
      <span class="figure">Max</span>
      <span class="figure wide-only">Mean</span>
    </div>
  );
}

interface TensorRowProps {
  readonly row: number;
  readonly run: RunView;
  readonly isSelected: boolean;
  readonly onPick: (row: number) => void;
}

function TensorRow({ row, run: { tensors }, isSelected, onPick }: TensorRowProps) {
  return (
    <div
      id={`run-tensor-${row}`}
      class={isSelected ? 'layer-row selected' : 'layer-row'}
      role="row"
      aria-rowindex={row + 2}
      aria-selected={isSelected}
      style={{ top: `${row * ROW_HEIGHT}px` }}
      onClick={() => {
        onPick(row);
      }}
    >
      <span class="index num" role="gridcell">
        {tensors.nodes[row]}
      </span>
      <span class="op mono ellipsis" role="gridcell">
        {tensors.ops[row]}
      </span>
      <span class="name mono muted wide-only" role="gridcell">
        <MiddleText text={tensors.names[row] ?? ''} />
      </span>
      <span class="shape num ellipsis wide-only" role="gridcell">
        {tensors.dtypes[row]} {tensors.shapes[row]}
      </span>
      <Figure value={tensors.mins[row]} />
      <Figure value={tensors.maxs[row]} />
      <Figure value={tensors.means[row]} wideOnly />
    </div>
  );
}

function Figure({ value, wideOnly = false }: { readonly value: number | undefined; readonly wideOnly?: boolean }) {
  const text = value === undefined || Number.isNaN(value) ? 'none' : formatReal(value);
  return (
    <span class={`figure num ${wideOnly ? 'wide-only' : ''}`} role="gridcell">
      {text}
    </span>
  );
}
