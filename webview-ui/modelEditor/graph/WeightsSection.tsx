import { useState } from 'preact/hooks';
import type { HistogramView, NodeView } from '../../../src/protocol/views';
import { formatInteger, formatPercent, formatReal, formatScale } from '../../shared/formatNumber';
import type { EditorModel } from '../editorModel';
import { Skeleton } from '../StatePages';
import { channelPaths, histogramBars } from './weightPaths';

const WIDTH = 318;
const BARS_HEIGHT = 74;
const CHANNELS_HEIGHT = 100;

/** How the weights of the selected operator are spread, as a whole and by output channel. */
export function WeightsSection({ model }: { readonly model: EditorModel }) {
  const view = model.histogram.value.value;
  const failure = model.histogram.failure.value;
  if (failure !== null) {
    return (
      <section class="stack tight">
        <h2>Weights</h2>
        <p class="muted small">{failure.message}</p>
      </section>
    );
  }
  if (view === null) return <Skeleton rows={4} />;
  return (
    <>
      <Histogram view={view} />
      {view.channels === null || view.channels.length < 8 ? null : (
        <Channels channels={view.channels} scales={scaleSpread(model.node.value.value)} />
      )}
    </>
  );
}

function Histogram({ view }: { readonly view: HistogramView }) {
  const bars = histogramBars(view.bins, WIDTH, BARS_HEIGHT);
  const zero = view.min < 0 && view.max > 0 ? (-view.min / (view.max - view.min)) * WIDTH : null;
  const facts = [`${formatInteger(view.count)} values`, `σ ${formatReal(view.deviation)}`];
  if (view.zeros > 0) facts.push(`${formatPercent(view.zeros / Math.max(1, view.count))} zero`);
  if (view.notFinite > 0) facts.push(`${formatInteger(view.notFinite)} not finite`);
  if (view.sampled) facts.push('sampled');
  return (
    <section class="stack tight">
      <h2>
        Weights<span class="note">{facts.join(' · ')}</span>
      </h2>
      <svg
        viewBox={`0 0 ${WIDTH} 92`}
        role="img"
        aria-label={`Histogram of ${facts.join(', ')}, from ${formatReal(view.min)} to ${formatReal(view.max)}`}
      >
        <path d={bars} fill="var(--c-1)" opacity="0.85" />
        <line x1="0" x2={WIDTH} y1={BARS_HEIGHT} y2={BARS_HEIGHT} stroke="var(--line-strong)" />
        <text x="0" y="88">
          {formatReal(view.min)}
        </text>
        {zero === null || zero < 50 || zero > WIDTH - 50 ? null : (
          <text x={zero} y="88" text-anchor="middle">
            0
          </text>
        )}
        <text x={WIDTH} y="88" text-anchor="end">
          {formatReal(view.max)}
        </text>
      </svg>
    </section>
  );
}

function Channels({ channels, scales }: { readonly channels: Float32Array; readonly scales: string | null }) {
  const [hovered, setHovered] = useState(-1);
  const count = channels.length / 4;
  const paths = channelPaths(channels, WIDTH, CHANNELS_HEIGHT);
  const x = ((hovered + 0.5) / count) * WIDTH;
  return (
    <section class="stack tight">
      <h2>
        Per output channel
        <span class="note">
          {hovered < 0
            ? 'bar 5–95 %, line min–max'
            : `channel ${hovered}: ${formatReal(channels[hovered * 4]!)} to ${formatReal(channels[hovered * 4 + 3]!)}`}
        </span>
      </h2>
      <svg
        viewBox={`0 0 ${WIDTH} ${CHANNELS_HEIGHT + 16}`}
        role="img"
        aria-label={`Ranges of ${count} output channels`}
        onPointerMove={(event) => {
          const bounds = event.currentTarget.getBoundingClientRect();
          const channel = Math.floor(((event.clientX - bounds.left) / bounds.width) * count);
          setHovered(Math.min(count - 1, Math.max(0, channel)));
        }}
        onPointerLeave={() => {
          setHovered(-1);
        }}
      >
        <path d={paths.whiskers} stroke="var(--c-1)" stroke-width="1" opacity="0.6" fill="none" />
        <path d={paths.boxes} fill="var(--c-1)" opacity="0.9" />
        {hovered < 0 ? null : (
          <line x1={x} x2={x} y1="0" y2={CHANNELS_HEIGHT} stroke="var(--fg-strong)" stroke-width="1" />
        )}
        <text x="0" y={CHANNELS_HEIGHT + 13}>
          0
        </text>
        <text x={WIDTH / 2} y={CHANNELS_HEIGHT + 13} text-anchor="middle">
          output channel
        </text>
        <text x={WIDTH} y={CHANNELS_HEIGHT + 13} text-anchor="end">
          {count - 1}
        </text>
      </svg>
      {scales === null ? null : <p class="caption">{scales}</p>}
    </section>
  );
}

function scaleSpread(node: NodeView | null): string | null {
  const weights = node?.inputs.find((tensor) => tensor.id === node.weightsTensor)?.quantization;
  if (weights === null || weights === undefined || weights.scaleCount < 2 || weights.minScale <= 0) return null;
  const ratio = weights.maxScale / weights.minScale;
  return `Scales differ ${ratio.toFixed(1)}× between channels (${formatScale(weights.minScale)} to ${formatScale(weights.maxScale)}).`;
}
