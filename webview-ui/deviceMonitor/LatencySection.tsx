import { formatInteger, formatMilliseconds } from '../shared/formatNumber';
import { latencyStats, type LatencyStats } from './latencyStats';
import type { ResultHistory } from './resultHistory';

const WIDTH = 332;
const HEIGHT = 76;
const TOP = 14;

const stageNames: Readonly<Record<string, string>> = { dsp: 'DSP', total: 'Inference' };

/** How long inferences took, as the board measured it. */
export function LatencySection({ results }: { readonly results: ResultHistory }) {
  const stats = latencyStats(results.latencies);
  if (stats === null) return null;
  const averages = results.averages();
  const figures: [string, number][] = [
    ['p50', stats.p50],
    ['p95', stats.p95],
    ['p99', stats.p99],
    ['Max', stats.max],
  ];
  return (
    <section class="stack">
      <h2>
        Latency
        <span class="note num">
          last {formatInteger(stats.count)} {stats.count === 1 ? 'inference' : 'inferences'}, as printed
        </span>
      </h2>
      <div class="percentiles num">
        {figures.map(([name, value]) => (
          <span key={name}>
            <span class="caption">{name}</span>
            <span>
              <b>{formatMilliseconds(value)}</b>
              <span class="unit">ms</span>
            </span>
          </span>
        ))}
      </div>
      <Histogram stats={stats} />
      {averages.length < 2 ? null : (
        <p class="caption">
          {averages.map(([stage, ms]) => `${stageNames[stage] ?? stage} ${formatMilliseconds(ms)} ms`).join(', ')} on
          average.
        </p>
      )}
    </section>
  );
}

function Histogram({ stats }: { readonly stats: LatencyStats }) {
  const { bins, fromMs, toMs } = stats;
  const highest = Math.max(...bins, 1);
  const step = WIDTH / bins.length;
  const at = (ms: number): number => ((ms - fromMs) / Math.max(toMs - fromMs, 1e-9)) * WIDTH;
  const marks: [string, number][] = [
    ['p50', at(stats.p50)],
    ['p95', at(stats.p95)],
    ['p99', at(stats.p99)],
  ];
  const label = `Histogram of inference times from ${formatMilliseconds(fromMs)} to ${formatMilliseconds(toMs)} ms`;
  return (
    <svg class="histogram" viewBox={`0 0 ${WIDTH} ${HEIGHT + TOP + 16}`} role="img" aria-label={label}>
      {bins.map((count, index) => {
        const height = count === 0 ? 0 : Math.max(1, (count / highest) * HEIGHT);
        return (
          <rect
            key={index}
            x={index * step + 0.5}
            y={TOP + HEIGHT - height}
            width={Math.max(1, step - 1)}
            height={height}
            class="bin"
          />
        );
      })}
      <line x1={0} x2={WIDTH} y1={TOP + HEIGHT + 0.5} y2={TOP + HEIGHT + 0.5} class="base" />
      {separated(marks).map(([name, x, showName]) => (
        <g key={name}>
          <line x1={x} x2={x} y1={TOP} y2={TOP + HEIGHT} class="mark" />
          {showName ? (
            <text x={Math.min(x + 3, WIDTH - 20)} y={TOP - 4}>
              {name}
            </text>
          ) : null}
        </g>
      ))}
      <text x={0} y={TOP + HEIGHT + 14}>
        {formatMilliseconds(fromMs)} ms
      </text>
      <text x={WIDTH} y={TOP + HEIGHT + 14} text-anchor="end">
        {formatMilliseconds(toMs)} ms
      </text>
    </svg>
  );
}

const LABEL_WIDTH = 26;

/** Marks whose names would lie on one another lose the later name; the figures above have them all. */
function separated(marks: readonly [string, number][]): readonly [string, number, boolean][] {
  let free = -Infinity;
  return marks.map(([name, x]) => {
    const shows = x >= free;
    if (shows) free = x + LABEL_WIDTH;
    return [name, x, shows];
  });
}
