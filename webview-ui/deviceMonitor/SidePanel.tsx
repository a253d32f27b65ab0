import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { InferenceView } from '../../src/protocol/device';
import { NOT_APPLICABLE, formatBytes, formatPercent, formatReal } from '../shared/formatNumber';
import { categoryVariable, classCategory } from './classColors';
import { formatClock } from './formatTime';
import { LatencySection } from './LatencySection';
import type { MonitorModel } from './monitorModel';
import { topClass } from './resultHistory';
import { useTick } from './useTime';

const MAX_BARS = 12;
const MAX_BOXES = 8;

/** A result older than this is not what the board says now. */
const OLD_MS = 3000;

/** What the board says now, how fast it is, and what it is. Paused, it stays as it was drawn last. */
export function SidePanel({ model }: { readonly model: MonitorModel }) {
  useFigures(model);
  useTick(1000);
  const drawn = useRef<JSX.Element | null>(null);
  const live = model.paused.value ? drawn.current : null;
  drawn.current = live ?? drawPanel(model);
  return drawn.current;
}

function drawPanel(model: MonitorModel): JSX.Element {
  const result = model.latest.peek();
  const ageMs = result === null ? 0 : model.nowMs() - result.timeMs;
  const isOld = ageMs > OLD_MS || model.state.value.kind !== 'open';
  return (
    <aside class={isOld ? 'side old' : 'side'}>
      <section class="stack">
        <h2>
          {isOld ? 'Last result' : 'Now'}
          <span class="grow" />
          <span class="note num">
            {isOld && result !== null
              ? `at ${formatClock(result.timeMs)}`
              : `${model.results.rate(model.nowMs())?.toFixed(1) ?? NOT_APPLICABLE} results/s`}
          </span>
        </h2>
        {result === null ? null : <Result model={model} result={result} />}
      </section>
      <LatencySection results={model.results} />
      <BoardFacts model={model} />
    </aside>
  );
}

/** Draws again when figures change, at most a few times a second. */
function useFigures(model: MonitorModel): number {
  return model.figures.value;
}

function Result({ model, result }: { readonly model: MonitorModel; readonly result: InferenceView }) {
  return (
    <>
      {result.kind === 'classification' ? <Classes model={model} result={result} /> : null}
      {result.kind === 'detection' ? <Boxes result={result} /> : null}
      {result.kind === 'values' ? <Values result={result} /> : null}
      {result.anomaly === null ? null : (
        <div class="row anomaly">
          <span class="muted">Anomaly</span>
          <span class="grow" />
          <span class="num strong">{result.anomaly.toFixed(3).replace('-', '−')}</span>
        </div>
      )}
    </>
  );
}

function Classes({ model, result }: { readonly model: MonitorModel; readonly result: InferenceView }) {
  const top = topClass(result);
  const labels = model.results.labels;
  const many = result.classes.length > MAX_BARS;
  const shown = many ? [...result.classes].sort((a, b) => b.score - a.score).slice(0, MAX_BARS) : result.classes;
  if (top === null) return <p class="muted">No class in the last result.</p>;
  const held = (model.results.heldMs() / 1000).toFixed(1);
  return (
    <>
      <div class="top-class">
        <b class="ellipsis" title={top.label}>
          {top.label}
        </b>
        <span class="muted num">
          {formatPercent(top.score)}, for {held} s
        </span>
      </div>
      <ul class="bars">
        {shown.map(({ label, score }) => (
          <li key={label} class={label === top.label ? 'top' : ''}>
            <span class="ellipsis" title={label}>
              {label}
            </span>
            <i class="bar" aria-hidden="true">
              <i
                style={{
                  width: `${Math.min(1, Math.max(0, score)) * 100}%`,
                  background: categoryVariable(classCategory(label, labels)),
                }}
              />
            </i>
            <span class="num">{score.toFixed(3)}</span>
          </li>
        ))}
      </ul>
      {many ? <p class="caption">{result.classes.length - MAX_BARS} more classes score less.</p> : null}
    </>
  );
}

function Boxes({ result }: { readonly result: InferenceView }) {
  if (result.boxes.length === 0) return <p class="muted">No objects found.</p>;
  return (
    <ul class="boxes num">
      {result.boxes.slice(0, MAX_BOXES).map(({ label, score, x, y, width, height, trackId }, index) => (
        <li key={index}>
          <span class="ellipsis strong">{trackId === null ? label : `${label} #${trackId}`}</span>
          <span class="muted">
            {x}, {y} · {width}×{height}
          </span>
          <span>{score.toFixed(3)}</span>
        </li>
      ))}
      {result.boxes.length > MAX_BOXES ? <li class="muted">and {result.boxes.length - MAX_BOXES} more</li> : null}
    </ul>
  );
}

function Values({ result }: { readonly result: InferenceView }) {
  return (
    <ul class="boxes num">
      {result.classes.slice(0, MAX_BARS).map(({ label, score }, index) => (
        <li key={index}>
          <span class="ellipsis">{label}</span>
          <span />
          <span class="strong">{formatReal(score)}</span>
        </li>
      ))}
    </ul>
  );
}

/** Only what the board said of itself. */
function BoardFacts({ model }: { readonly model: MonitorModel }) {
  const facts = model.totals.value?.facts ?? {};
  const rows: [string, string][] = [];
  if (facts.deviceType !== undefined) rows.push(['Type', String(facts.deviceType)]);
  if (facts.atVersion !== undefined) rows.push(['Firmware', `Edge Impulse, AT ${facts.atVersion}`]);
  if (typeof facts.arenaBytes === 'number') rows.push(['Arena used', `${formatBytes(facts.arenaBytes)}, measured`]);
  if (rows.length === 0) return null;
  return (
    <section class="stack">
      <h2>Device</h2>
      <dl class="facts">
        {rows.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}
