import type { RunOutputView, RunView } from '../../../src/protocol/views';
import { formatReal, plural } from '../../shared/formatNumber';
import { RunPicture } from './RunPicture';
import { scoreBars } from './scoreBars';
import { ValueGrid } from './ValueGrid';

/** The outputs: classes as bars, pictures drawn, other values as numbers. */
export function RunOutputs({ run }: { readonly run: RunView }) {
  return (
    <section class="run-outputs" aria-label="Outputs">
      {run.outputs.map((output) => (
        <Output key={output.name} output={output} />
      ))}
    </section>
  );
}

function Output({ output }: { readonly output: RunOutputView }) {
  return (
    <div class="run-output stack">
      <h2>
        <span class="mono ellipsis" title={output.name}>
          {output.name}
        </span>
        <span class="note num">
          {output.dtype} {output.shape} · {output.fnv1a}
        </span>
      </h2>
      <OutputBody output={output} />
    </div>
  );
}

function OutputBody({ output }: { readonly output: RunOutputView }) {
  if (output.top !== null) return <Scores output={output} />;
  return (
    <>
      <span class="caption num">{statsText(output)}</span>
      {output.picture === null ? null : <RunPicture picture={output.picture} label={`${output.name} drawn`} />}
      <ValueGrid values={output.values} count={output.count} label={`Values of ${output.name}`} />
    </>
  );
}

/** "4,096 values, 0.1 to 0.9, mean 0.3". */
export function statsText(view: Pick<RunOutputView, 'count' | 'min' | 'max' | 'mean'>): string {
  const { count, min, max, mean } = view;
  if (count === 0) return 'No values';
  if (min === null || max === null || mean === null) return `${plural(count, 'value')}, none of them finite`;
  return `${plural(count, 'value')}, ${formatReal(min)} to ${formatReal(max)}, mean ${formatReal(mean)}`;
}

function Scores({ output }: { readonly output: RunOutputView }) {
  const bars = scoreBars(output.top ?? []);
  return (
    <>
      {output.count > bars.length ? (
        <span class="caption num">
          The {bars.length} largest of {statsText(output)}
        </span>
      ) : null}
      <ScoreTable bars={bars} />
    </>
  );
}

function ScoreTable({ bars }: { readonly bars: ReturnType<typeof scoreBars> }) {
  return (
    <table class="scores">
      <tbody>
        {bars.map(({ index, label, value, share }) => (
          <tr key={index}>
            <td class="ellipsis">{label ?? `index ${index}`}</td>
            <td class="num">{formatReal(value)}</td>
            <td class="score-bar" aria-hidden="true">
              <span class="bar-track">
                <span class="bar-fill" style={{ width: `${share * 100}%`, background: 'var(--accent)' }} />
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
