import type { BufferView, MemoryView, ProfileView } from '../../../src/protocol/views';
import { binaryQuantity, formatBytes, formatInteger, formatPercent, plural } from '../../shared/formatNumber';
import { Icon } from '../../shared/Icon';
import { middleEllipsis } from '../../shared/middleEllipsis';
import type { EditorModel } from '../editorModel';
import { isEstimated } from '../estimated';
import { bufferStep, KIND_CATEGORY, type MemoryColouring } from './drawMemory';
import { aliveAt, describeRole } from './memoryQueries';

interface MemorySideProps {
  readonly model: EditorModel;
  readonly view: ProfileView;
  readonly memory: MemoryView;
  readonly operator: number;
  readonly largest: number;
  readonly colouring: MemoryColouring;
}

const ROWS_SHOWN = 60;

/** What is alive at the operator in question, and what the arena is made of. */
export function MemorySide(props: MemorySideProps) {
  const { model, view, memory, operator } = props;
  const isPeak = operator === memory.peak;
  const alive = aliveAt(memory.buffers, operator);
  const total = alive.reduce((sum, buffer) => sum + buffer.bytes, 0);
  return (
    <aside class="side" aria-label="Tensors alive and arena">
      <section class="stack tight">
        <h2>
          {isPeak ? 'Peak' : `Operator #${operator}`}
          <span class="note">
            {isPeak
              ? `operator #${operator} of ${formatInteger(memory.operators.length)}`
              : `of ${formatInteger(memory.operators.length)}`}
          </span>
          <span class="grow" />
          <button
            type="button"
            class="link-button"
            onClick={() => {
              model.reveal('graph', { node: operator });
            }}
          >
            Show in graph
          </button>
        </h2>
        <div class="mono small">{memory.operators[operator]}</div>
        <table class="alive">
          <thead>
            <tr>
              <th>{isPeak ? 'Alive at the peak' : `Alive at #${operator}`}</th>
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
      <PlanGap memory={memory} />
      <Arena view={view} memory={memory} />
    </aside>
  );
}

interface AliveRowProps extends MemorySideProps {
  readonly buffer: BufferView;
  readonly total: number;
}

function AliveRow({ model, buffer, total, operator, largest, colouring }: AliveRowProps) {
  const isSelected = buffer.tensor >= 0 && model.selection.value.tensor === buffer.tensor;
  const step = bufferStep(buffer, largest, colouring);
  const color = step < 0 ? `var(--c-${KIND_CATEGORY[buffer.kind] + 1})` : `var(--heat-${step + 1})`;
  const select = (): void => {
    model.select({ node: operator, tensor: buffer.tensor < 0 ? null : buffer.tensor });
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
          <span class="caption ellipsis" title={`${buffer.dtype} ${buffer.shape}`}>
            {describeRole(buffer, operator)} · {buffer.dtype} {buffer.shape}
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

/** Why the plan may be taller than what is alive at once. */
function PlanGap({ memory }: { readonly memory: MemoryView }) {
  const gap = memory.planned - memory.lowerBound;
  if (gap <= 0) return null;
  return (
    <div class="callout">
      <Icon name="info" />
      <span>
        The plan stands <b class="num">{formatBytes(gap)}</b> above the peak ({formatPercent(gap / memory.lowerBound)}):
        gaps between tensors that no tensor fits into. No plan can be lower than {formatBytes(memory.lowerBound)}.
      </span>
    </div>
  );
}

function Arena({ view, memory }: { readonly view: ProfileView; readonly memory: MemoryView }) {
  const { arena } = view.profile;
  const rows: readonly (readonly [string, string, number | null, string])[] = [
    ['Planned', 'var(--c-1)', arena.planned ?? memory.planned, 'arena.planned'],
    ['Scratch, in the plan', '', arena.scratch, 'arena.scratch'],
    ['Persistent', 'var(--c-4)', arena.persistent, 'arena.persistent'],
  ];
  return (
    <section class="stack tight">
      <h2>Arena</h2>
      <table>
        <tbody>
          {rows.map(([name, color, bytes, key]) => (
            <tr key={name}>
              <td>
                <span class={color === '' ? 'swatch empty' : 'swatch'} style={{ background: color }} /> {name}
                {isEstimated(view.profile, key) ? <span class="muted"> · estimate</span> : null}
              </td>
              <Bytes bytes={bytes} />
            </tr>
          ))}
          <tr class="total">
            <td>Total</td>
            <Bytes bytes={arena.total} />
          </tr>
        </tbody>
      </table>
    </section>
  );
}

function Bytes({ bytes }: { readonly bytes: number | null }) {
  if (bytes === null) {
    return (
      <td class="num muted" colSpan={2}>
        not known yet
      </td>
    );
  }
  const { value, unit } = binaryQuantity(bytes);
  return (
    <>
      <td class="num">
        {formatInteger(bytes)}
        <span class="unit">B</span>
      </td>
      <td class="num muted kib-cell">{unit === 'B' ? '' : `${value} ${unit}`}</td>
    </>
  );
}
