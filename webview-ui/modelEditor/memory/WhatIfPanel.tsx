import { Fragment } from 'preact';
import type { MemoryOptionsView, WhatIfRow } from '../../../src/protocol/views';
import { formatBytes, formatInteger, formatPercent } from '../../shared/formatNumber';
import type { EditorModel } from '../editorModel';
import { changesOf, choose, NOTHING_CHANGED, type ShownPlan, type WhatIf } from './memoryChoice';

interface WhatIfPanelProps {
  readonly model: EditorModel;
  readonly options: MemoryOptionsView | null;
  readonly shown: ShownPlan;
  /** Bytes of the runtime's own plan of the model as it is, and of its arena. */
  readonly planned: number;
  readonly total: number | null;
}

/** Changes to the model, each with the plan it would give; those that are ticked are drawn together. */
export function WhatIfPanel(props: WhatIfPanelProps) {
  const { model, options, shown, planned } = props;
  const { whatIf } = shown.question;
  if (options === null) {
    return (
      <section class="stack tight">
        <h2>What if</h2>
        <span class="caption">Being computed…</span>
      </section>
    );
  }
  const change = (changed: WhatIf): void => {
    choose(model, options, { ...shown.question, whatIf: changed });
  };
  return (
    <section class="stack tight what-if" aria-label="What if">
      <h2>
        What if<span class="note">planned, change · estimates</span>
        <span class="grow" />
        {changesOf(whatIf) === 0 ? null : (
          <button
            type="button"
            class="link-button"
            onClick={() => {
              change(NOTHING_CHANGED);
            }}
          >
            Reset
          </button>
        )}
      </h2>
      <table>
        <tbody>
          {options.whatIfs.map((row) => (
            <Fragment key={row.id}>
              <WhatIfLine row={row} planned={planned} whatIf={whatIf} onChange={change} />
              {row.id !== 'patches' || whatIf.patches === null || options.patches === null ? null : (
                <PatchChoice patches={options.patches} whatIf={whatIf} onChange={change} />
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
      <Together {...props} />
    </section>
  );
}

interface WhatIfLineProps {
  readonly row: WhatIfRow;
  readonly planned: number;
  readonly whatIf: WhatIf;
  readonly onChange: (whatIf: WhatIf) => void;
}

function WhatIfLine({ row, planned, whatIf, onChange }: WhatIfLineProps) {
  const { id, name, figures, reason, rule, detail } = row;
  const isOn = id === 'patches' ? whatIf.patches !== null : whatIf[id];
  const note = reason ?? detail;
  return (
    <tr class={figures === null ? 'muted' : ''} title={`${name}: ${rule}`}>
      <td colSpan={figures === null ? 3 : 1}>
        <label>
          <input
            type="checkbox"
            checked={isOn}
            disabled={figures === null && !isOn}
            onChange={() => {
              onChange({ ...whatIf, [id]: id === 'patches' ? (isOn ? null : 'best') : !isOn });
            }}
          />
          <span class="two-lines">
            <span>{name}</span>
            {note === '' ? null : <span class="caption">{note}</span>}
          </span>
        </label>
      </td>
      {figures === null ? null : (
        <>
          <td class="num">
            {formatInteger(figures.planned)}
            <span class="unit">B</span>
          </td>
          <td class="num change-cell">
            <Change from={planned} to={figures.planned} />
          </td>
        </>
      )}
    </tr>
  );
}

function Change({ from, to }: { readonly from: number; readonly to: number }) {
  if (from === to || from === 0) return <span class="muted">±0</span>;
  const share = formatPercent(Math.abs(to - from) / from);
  return to < from ? <span class="gain">−{share}</span> : <span class="loss">+{share}</span>;
}

interface PatchChoiceProps {
  readonly patches: NonNullable<MemoryOptionsView['patches']>;
  readonly whatIf: WhatIf;
  readonly onChange: (whatIf: WhatIf) => void;
}

/** How many operators run in patches, and how many patches a side. */
function PatchChoice({ patches, whatIf, onChange }: PatchChoiceProps) {
  const chosen = whatIf.patches === 'best' ? null : whatIf.patches;
  const layers = chosen?.layers ?? patches.layers[0]!;
  const grid = chosen?.grid ?? patches.grids[0]!;
  return (
    <tr>
      <td colSpan={3}>
        <span class="row patch-choice">
          <select
            aria-label="Operators in patches"
            value={chosen === null ? 'best' : String(layers)}
            onChange={(event) => {
              const { value } = event.currentTarget;
              onChange({ ...whatIf, patches: value === 'best' ? 'best' : { layers: Number(value), grid } });
            }}
          >
            <option value="best">lowest peak</option>
            {patches.layers.map((count) => (
              <option key={count} value={String(count)}>
                first {count} operators
              </option>
            ))}
          </select>
          {chosen === null ? null : (
            <select
              aria-label="Patches a side"
              value={String(grid)}
              onChange={(event) => {
                onChange({ ...whatIf, patches: { layers, grid: Number(event.currentTarget.value) } });
              }}
            >
              {patches.grids.map((count) => (
                <option key={count} value={String(count)}>
                  {count}×{count} patches
                </option>
              ))}
            </select>
          )}
        </span>
      </td>
    </tr>
  );
}

/** What all that is ticked gives together, beside what it is now. */
function Together({ shown, planned, total }: WhatIfPanelProps) {
  const count = changesOf(shown.question.whatIf);
  if (count === 0) return null;
  if (shown.reason !== null) {
    return (
      <p class="callout bad" role="status">
        {shown.reason}
      </p>
    );
  }
  const { figures, memory } = shown;
  return (
    <p class={`callout ${shown.isPending ? 'stale' : ''}`} role="status">
      <span>
        {count === 1 ? 'With it' : `With all ${count}`}: planned <b class="num">{formatBytes(figures.planned)}</b>{' '}
        instead of <span class="num">{formatBytes(planned)}</span>, peak{' '}
        <b class="num">{formatBytes(memory.lowerBound)}</b>
        {figures.total === null || total === null ? null : (
          <>
            , arena <b class="num">{formatBytes(figures.total)}</b> instead of{' '}
            <span class="num">{formatBytes(total)}</span>
          </>
        )}
        . An estimate.
        {shown.notes.map((note) => (
          <span key={note} class="caption block">
            {note}
          </span>
        ))}
      </span>
    </p>
  );
}
