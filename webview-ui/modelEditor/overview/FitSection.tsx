import type { ProfileView } from '../../../src/protocol/views';
import { Button } from '../../shared/controls';
import { binaryQuantity, formatCapacity, formatInteger, formatPercent } from '../../shared/formatNumber';
import { Icon } from '../../shared/Icon';
import type { EditorModel } from '../editorModel';
import { Skeleton } from '../StatePages';
import { verdictIcons } from '../Frame';
import { FirmwareDrop, FirmwareRow } from './Firmware';
import { arenaOptions } from './arenaOptions';
import { fitBars, gaugeTicks, type FitBar } from './fitBars';

/** What the model takes of each region of the board, and what is left. */
export function FitSection({ model }: { readonly model: EditorModel }) {
  const view = model.profile.value.value;
  const failure = model.profile.failure.value;
  if (failure !== null) {
    return (
      <FirmwareDrop model={model}>
        <h2>Fit</h2>
        <p class="muted small">{failure.message}</p>
        {(model.context.value?.firmware ?? null) === null ? null : <FirmwareRow model={model} view={null} />}
      </FirmwareDrop>
    );
  }
  if (view === null) {
    return (
      <section class="stack">
        <h2>Fit</h2>
        <Skeleton rows={7} />
      </section>
    );
  }
  return (
    <FirmwareDrop model={model}>
      <h2>
        {view.boardName === null ? 'Fit' : `Fit on ${view.boardName}`}
        {view.boardDetail === null ? null : <span class="note wide-only">{view.boardDetail}</span>}
      </h2>
      {view.boardName === null ? <NoBoard model={model} /> : <Bars view={view} />}
      {view.boardName === null ? null : <FirmwareRow model={model} view={view} />}
    </FirmwareDrop>
  );
}

function NoBoard({ model }: { readonly model: EditorModel }) {
  return (
    <div class="callout">
      <Icon name="chip" />
      <span>
        <b>Which board is it for?</b> The figures on this page hold for any board; only the limits are missing.
      </span>
      <span class="grow" />
      <Button
        onClick={() => {
          model.act('pickBoard');
        }}
      >
        Choose a board…
      </Button>
    </div>
  );
}

/** Where the arena would fit when it fits no region inside the chip: nothing of this is done silently. */
function ArenaOptions({ view }: { readonly view: ProfileView }) {
  const options = arenaOptions(view.profile);
  if (options.length === 0) return null;
  return (
    <div class="callout">
      <Icon name="info" />
      <span>
        <b>No single region inside the chip holds the arena.</b>
        {options.map((option) => (
          <span key={option} class="option">
            {option}
          </span>
        ))}
      </span>
    </div>
  );
}

function Bars({ view }: { readonly view: ProfileView }) {
  const bars = fitBars(view.profile, view.memory?.planner ?? null);
  if (bars.length === 0) {
    return (
      <p class="muted small">
        What the model needs could not be computed, so there is nothing to set against the board.
      </p>
    );
  }
  return (
    <>
      {bars.map((bar) => (
        <Bar key={bar.title} bar={bar} />
      ))}
      <ArenaOptions view={view} />
    </>
  );
}

function Bar({ bar }: { readonly bar: FitBar }) {
  const scale = Math.max(bar.capacity, bar.used) * 1.02;
  const percent = (bytes: number): string => `${(bytes / scale) * 100}%`;
  const over = bar.used - bar.capacity;
  return (
    <div class="fit-bar">
      <div class="row small">
        <span class="bold strong">{bar.title}</span>
        <span class="muted num">{formatCapacity(bar.capacity)}</span>
        <span class="grow" />
        <span class={`row bold ${bar.level}`}>
          <Icon name={verdictIcons[bar.level]} size="small" />
          {bar.verdict}
        </span>
      </div>
      <div class="gauge" role="img" aria-label={`${bar.title}: ${bar.verdict}`}>
        <div class="gauge-track" style={{ width: percent(bar.capacity) }} />
        <div class="gauge-parts">
          {bar.segments.map((segment) => (
            <div
              key={segment.name}
              title={`${segment.name} ${formatInteger(segment.bytes)} B`}
              style={{ width: percent(segment.bytes), background: segment.color }}
            />
          ))}
        </div>
        {over > 0 ? <div class="gauge-over" style={{ left: percent(bar.capacity), width: percent(over) }} /> : null}
        <div class="gauge-limit" style={{ left: percent(bar.capacity) }} />
      </div>
      <div class="gauge-ticks num" aria-hidden="true">
        {gaugeTicks(bar.capacity, scale).map(({ bytes, text }) => (
          <span key={bytes} style={{ left: percent(bytes) }}>
            {text}
          </span>
        ))}
      </div>
      <Legend bar={bar} />
      {bar.missing === '' ? null : <p class="caption">{bar.missing}</p>}
    </div>
  );
}

function Legend({ bar }: { readonly bar: FitBar }) {
  const free = bar.capacity - bar.used;
  return (
    <table class="legend" aria-label={`What is in ${bar.title}`}>
      <tbody>
        {bar.segments.map((segment) => (
          <tr key={segment.name}>
            <td>
              <span class="swatch" style={{ background: segment.color }} /> {segment.name}
            </td>
            <td class="muted note-cell wide-only" title={segment.note}>
              {segment.note}
            </td>
            <Amount bytes={segment.bytes} capacity={bar.capacity} />
          </tr>
        ))}
        <tr class={`total ${bar.level === 'bad' ? 'bad' : ''}`}>
          <td>
            <span class={`swatch ${free < 0 ? 'hatched' : 'empty'}`} /> Headroom
          </td>
          <td class="wide-only" />
          <Amount bytes={free} capacity={bar.capacity} />
        </tr>
      </tbody>
    </table>
  );
}

function Amount({ bytes, capacity }: { readonly bytes: number; readonly capacity: number }) {
  const { value, unit } = binaryQuantity(bytes);
  return (
    <>
      <td class="num">
        {formatInteger(bytes)}
        <span class="unit">B</span>
      </td>
      <td class="num muted kib-cell">{unit === 'B' ? '' : `${value} ${unit}`}</td>
      <td class="num muted share-cell wide-only">{formatPercent(bytes / capacity)}</td>
    </>
  );
}
