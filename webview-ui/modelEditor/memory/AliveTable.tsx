import type { BufferView, MemoryView } from '../../../src/protocol/views';
import { formatInteger, formatPercent, plural } from '../../shared/formatNumber';
import { middleEllipsis } from '../../shared/middleEllipsis';
import type { EditorModel } from '../editorModel';
import { bufferStep, KIND_CATEGORY, type MemoryColouring } from './drawMemory';
import { nodeAt } from './memoryChoice';
import { aliveAt, describeRole } from './memoryQueries';

interface AliveTableProps {
  readonly model: EditorModel;
  readonly memory: MemoryView;
  /** Position in the plan. */
  readonly operator: number;
  readonly largest: number;
  readonly colouring: MemoryColouring;
}

const ROWS_SHOWN = 60;

/** Who is alive while an operator runs, and why; largest first. */
export function AliveTable(props: AliveTableProps) {
  const { model, memory, operator } = props;
  const node = nodeAt(memory, operator);
  const isPeak = operator === memory.peak;
  const alive = aliveAt(memory.buffers, operator);
  const sum = alive.reduce((bytes, buffer) => bytes + buffer.bytes, 0);
  // Tensors that lie over one another are alive together and take their bytes once.
  const total = Math.min(sum, memory.live[operator] ?? sum);
  return (
    <section class="stack tight">
      <h2>
        {isPeak ? 'Peak' : `Operator #${node}`}
        <span class="note">
          {isPeak
            ? `operator #${node} of ${formatInteger(memory.operators.length)}`
            : `of ${formatInteger(memory.operators.length)}`}
        </span>
        <span class="grow" />
        <button
          type="button"
          class="link-button"
          onClick={() => {
            model.reveal('graph', { node });
          }}
        >
          Show in graph
        </button>
      </h2>
      <div class="mono small">{memory.operators[operator]}</div>
      <table class="alive">
        <thead>
          <tr>
            <th>{isPeak ? 'Alive at the peak' : `Alive at #${node}`}</th>
            <th class="num">Bytes</th>
          </tr>
        </thead>
        <tbody>
          {alive.slice(0, ROWS_SHOWN).map((buffer, index) => (
            <AliveRow key={index} buffer={buffer} total={total} {...props} />
          ))}
          <tr class="total">
            <td>
              {plural(alive.length, 'tensor')}
              {total < sum ? <span class="muted"> · in place, counted once</span> : null}
              {alive.length > ROWS_SHOWN ? <span class="muted"> · the largest {ROWS_SHOWN} listed</span> : null}
            </td>
            <td class="num">
              {formatInteger(total)}
              <span class="unit">B</span>
            </td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

interface AliveRowProps extends AliveTableProps {
  readonly buffer: BufferView;
  readonly total: number;
}

function AliveRow({ model, memory, buffer, total, operator, largest, colouring }: AliveRowProps) {
  const isSelected = buffer.tensor >= 0 && model.selection.value.tensor === buffer.tensor;
  const step = bufferStep(buffer, largest, colouring);
  const color = step < 0 ? `var(--c-${KIND_CATEGORY[buffer.kind] + 1})` : `var(--heat-${step + 1})`;
  const select = (): void => {
    model.select({ node: nodeAt(memory, operator), tensor: buffer.tensor < 0 ? null : buffer.tensor });
  };
  return (
    <tr
      class={isSelected ? 'selected' : ''}
      tabIndex={0}
      aria-selected={isSelected}
      onClick={select}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        select();
      }}
    >
      <td>
        <span class="swatch" style={{ background: color }} />
        <span class="two-lines">
          <span class="mono" title={buffer.name}>
            {middleEllipsis(buffer.name === '' ? buffer.kind : buffer.name, 22)}
          </span>
          <span
            class="caption ellipsis"
            title={`${describeRole(memory, buffer, operator)} · ${buffer.dtype} ${buffer.shape}`}
          >
            {describeRole(memory, buffer, operator)}
            {buffer.dtype === '' ? '' : ` · ${buffer.dtype} ${buffer.shape}`}
          </span>
        </span>
      </td>
      <td class="num">
        <div>
          {formatInteger(buffer.bytes)}
          <span class="unit">B</span>
        </div>
        <div class="caption">{formatPercent(total > 0 ? buffer.bytes / total : 0)}</div>
      </td>
    </tr>
  );
}
