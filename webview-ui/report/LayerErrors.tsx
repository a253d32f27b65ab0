import { useState } from 'preact/hooks';
import type { LayerError } from '../../src/core/answers/transformAnswer';
import { NOT_APPLICABLE, formatDecibels, formatInteger, formatReal } from '../shared/formatNumber';
import { HEAT_STEPS, heatColor } from '../shared/heatRamp';
import { middleEllipsis } from '../shared/middleEllipsis';
import { USUAL_SQNR_DB } from './verdict';

/** The axis: never so narrow that small differences look big. */
function axisOf(layers: readonly LayerError[]): { low: number; high: number } {
  const values = layers.flatMap(({ sqnrDb, aloneSqnrDb }) => [sqnrDb, aloneSqnrDb]).filter((value) => value !== null);
  const low = Math.floor(Math.min(USUAL_SQNR_DB, ...values) / 5) * 5;
  const high = Math.ceil(Math.max(USUAL_SQNR_DB + 20, ...values) / 5) * 5;
  return { low, high };
}

function worstFirst(layers: readonly LayerError[]): LayerError[] {
  return [...layers].sort((a, b) => (a.sqnrDb ?? Infinity) - (b.sqnrDb ?? Infinity));
}

/** Error per layer, worst first: a dot for the layer with all before it, a ring for the layer alone. */
export function LayerErrors({ layers }: { readonly layers: readonly LayerError[] }) {
  const [selected, select] = useState<number | null>(null);
  const { low, high } = axisOf(layers);
  const ticks = Array.from({ length: Math.floor((high - low) / 10) + 1 }, (_, index) => low + index * 10);
  const alone = layers.some(({ aloneSqnrDb }) => aloneSqnrDb !== null);
  const chosen = layers.find(({ node }) => node === selected);
  return (
    <section class="stack">
      <h2>
        Layer error, worst first{' '}
        <span class="note">● with all layers before it{alone ? '  ○ this layer alone' : ''}</span>
      </h2>
      <table class="layers" aria-label="Signal to noise of each layer's output, worst first">
        <thead>
          <tr>
            <th>layer</th>
            <th class="plot">
              <span class="axis">
                {ticks.map((tick) => (
                  <span key={tick} style={{ left: `${position(tick, low, high)}%` }}>
                    {formatInteger(tick)}
                  </span>
                ))}
              </span>
            </th>
            <th class="num">SQNR, dB</th>
            {alone ? <th class="num">alone, dB</th> : null}
          </tr>
        </thead>
        <tbody>
          {worstFirst(layers).map((layer) => (
            <LayerRow
              key={layer.node}
              layer={layer}
              axis={{ low, high }}
              alone={alone}
              selected={layer.node === selected}
              onSelect={() => {
                select(layer.node === selected ? null : layer.node);
              }}
            />
          ))}
        </tbody>
      </table>
      <p class="caption">
        Below {USUAL_SQNR_DB} dB a layer usually costs accuracy.
        {alone ? ' A wide gap between ● and ○ is error handed down, not made here.' : ''}
      </p>
      {chosen ? <LayerDetail layer={chosen} /> : null}
    </section>
  );
}

interface LayerRowProps {
  readonly layer: LayerError;
  readonly axis: { readonly low: number; readonly high: number };
  readonly alone: boolean;
  readonly selected: boolean;
  readonly onSelect: () => void;
}

function LayerRow({ layer, axis, alone, selected, onSelect }: LayerRowProps) {
  const { sqnrDb, aloneSqnrDb } = layer;
  const dot = sqnrDb === null ? null : position(sqnrDb, axis.low, axis.high);
  const ring = aloneSqnrDb === null ? null : position(aloneSqnrDb, axis.low, axis.high);
  return (
    <tr class={selected ? 'selected' : ''}>
      <td class="name">
        <button type="button" aria-pressed={selected} title={layer.name} onClick={onSelect}>
          <span class="mono">{middleEllipsis(layer.name || layer.op, 28)}</span>{' '}
          <span class="muted">#{layer.node}</span>
        </button>
      </td>
      <td class="plot">
        <span class="lane">
          <i class="usual" style={{ width: `${Math.max(0, position(USUAL_SQNR_DB, axis.low, axis.high))}%` }} />
          {dot !== null && ring !== null ? (
            <i class="gap" style={{ left: `${Math.min(dot, ring)}%`, width: `${Math.abs(ring - dot)}%` }} />
          ) : null}
          {ring === null ? null : <i class="ring" style={{ left: `${ring}%` }} />}
          {dot === null ? null : (
            <i class="dot" style={{ left: `${dot}%`, background: heatColor(errorStep(sqnrDb ?? 0, axis)) }} />
          )}
        </span>
      </td>
      <td class="num strong bold">{decibelCell(sqnrDb)}</td>
      {alone ? <td class="num muted">{decibelCell(aloneSqnrDb)}</td> : null}
    </tr>
  );
}

function LayerDetail({ layer }: { readonly layer: LayerError }) {
  const { covered, seen } = layer;
  const clipped = covered && seen ? seen[0] < covered[0] || seen[1] > covered[1] : false;
  return (
    <dl class="facts">
      <dt>Layer</dt>
      <dd>
        {layer.op} #{layer.node} <span class="mono">{layer.name}</span>
      </dd>
      {covered ? (
        <>
          <dt>int8 covers</dt>
          <dd>
            {formatReal(covered[0])} to {formatReal(covered[1])}
          </dd>
        </>
      ) : null}
      {seen ? (
        <>
          <dt>Seen in the data</dt>
          <dd>
            {formatReal(seen[0])} to {formatReal(seen[1])}
            {clipped ? ', what lies outside is clipped' : ''}
          </dd>
        </>
      ) : null}
    </dl>
  );
}

/** Percent along the axis. */
function position(value: number, low: number, high: number): number {
  return Math.max(0, Math.min(100, ((value - low) / (high - low)) * 100));
}

/** Lower is worse, so the ramp is turned round. */
function errorStep(sqnrDb: number, { low, high }: { readonly low: number; readonly high: number }): number {
  const share = 1 - position(sqnrDb, low, high) / 100;
  return Math.min(HEAT_STEPS - 1, Math.floor(share * HEAT_STEPS));
}

function decibelCell(value: number | null): string {
  return value === null ? NOT_APPLICABLE : formatDecibels(value);
}
