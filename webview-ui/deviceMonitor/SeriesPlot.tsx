import { useSignalEffect } from '@preact/signals';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { NOT_APPLICABLE, formatReal } from '../shared/formatNumber';
import { themeColors, type ThemeColors } from '../shared/themeColors';
import { categoryVariable } from './classColors';
import type { MonitorModel } from './monitorModel';
import { AXIS_WIDTH, PLOT_HEIGHT, plotOptions, WINDOW_MS } from './plotOptions';
import { MAX_PLOTTED, type SeriesInfo } from './seriesHistory';
import { useFrames, useTick } from './useTime';

interface Reading {
  readonly left: number;
  readonly values: readonly (number | null)[];
}

/** The signals of the last seconds: one drawing a frame, and the values under the pointer. */
export function SeriesPlot({ model }: { readonly model: MonitorModel }) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [reading, setReading] = useState<Reading | null>(null);
  const all = model.series.value;
  const plotted = all.slice(0, MAX_PLOTTED);
  const shown = plotted.filter(({ name }) => !hidden.has(name));
  const holder = usePlot(model, plotted, hidden, setReading);
  return (
    <>
      <PlotHead
        model={model}
        plotted={plotted}
        more={all.length - plotted.length}
        hidden={hidden}
        onToggle={(name) => {
          setHidden(toggled(hidden, name));
        }}
      />
      <div class="plot" role="img" aria-label={plotLabel(model, shown)}>
        <div ref={holder} />
        {reading === null ? null : <Readout reading={reading} plotted={plotted} hidden={hidden} />}
      </div>
    </>
  );
}

function toggled(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const next = new Set(names);
  if (!next.delete(name)) next.add(name);
  return next;
}

function plotLabel(model: MonitorModel, shown: readonly SeriesInfo[]): string {
  const values = shown.map(({ name, unit }) => `${name} ${formatReal(model.plot.latest(name) ?? 0)} ${unit}`.trim());
  return `Signals of the last ${WINDOW_MS / 1000} seconds: ${values.join(', ')}`;
}

interface PlotHeadProps {
  readonly model: MonitorModel;
  readonly plotted: readonly SeriesInfo[];
  /** Series without a colour left for them. */
  readonly more: number;
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (name: string) => void;
}

function PlotHead({ model, plotted, more, hidden, onToggle }: PlotHeadProps) {
  useTick(1000);
  const units = [...new Set(plotted.map(({ unit }) => unit))].filter((unit) => unit !== '');
  const rate = model.plot.rate(plotted[0]?.name ?? '');
  const facts = [
    plotted.length > 0 ? `${rate?.toFixed(1) ?? NOT_APPLICABLE} Hz` : '',
    units.join(', '),
    more > 0 ? `${more} more in the log` : '',
  ].filter((fact) => fact !== '');
  return (
    <h2 class="plot-head">
      Signals
      <span class="note num">{facts.join(' · ')}</span>
      <span class="grow" />
      <span class="legend">
        {plotted.map(({ name }, index) => (
          <button
            key={name}
            type="button"
            class="legend-entry"
            aria-pressed={!hidden.has(name)}
            title={hidden.has(name) ? `Show ${name}` : `Hide ${name}`}
            onClick={() => {
              onToggle(name);
            }}
          >
            <i class="swatch" style={{ background: hidden.has(name) ? 'transparent' : categoryVariable(index) }} />
            {name}
          </button>
        ))}
      </span>
    </h2>
  );
}

interface ReadoutProps {
  readonly reading: Reading;
  readonly plotted: readonly SeriesInfo[];
  readonly hidden: ReadonlySet<string>;
}

/** The values under the crosshair, on the side where there is room. */
function Readout({ reading, plotted, hidden }: ReadoutProps) {
  const side = reading.left < 240 ? { left: `${AXIS_WIDTH + reading.left + 12}px` } : { left: `${AXIS_WIDTH + 8}px` };
  return (
    <div class="card readout num" style={side} aria-hidden="true">
      {plotted.map(({ name, unit }, index) => {
        const value = reading.values[index];
        if (hidden.has(name) || value === null || value === undefined) return null;
        return (
          <div class="row" key={name}>
            <i class="swatch" style={{ background: categoryVariable(index) }} />
            <span class="grow">{name}</span>
            <span>
              {formatReal(value)} <span class="muted">{unit}</span>
            </span>
          </div>
        );
      })}
    </div>
  );
}

/** A uPlot over the model's history: made anew when its series, the theme or its width change, else only fed. */
function usePlot(
  model: MonitorModel,
  plotted: readonly SeriesInfo[],
  hidden: ReadonlySet<string>,
  onReading: (reading: Reading | null) => void,
) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [colors, setColors] = useState<ThemeColors | null>(themeColors.peek());
  const names = plotted.map(({ name }) => name);
  useSignalEffect(() => {
    setColors(themeColors.value);
  });

  const key = names.join('\n');
  useLayoutEffect(() => {
    const element = holder.current;
    if (element === null || colors === null) return undefined;
    const made = new uPlot(
      plotOptions(names, colors, element.clientWidth, (left, index) => {
        const values = made.data.slice(1).map((list) => nearest(list, index));
        onReading(left < 0 ? null : { left, values });
      }),
      [[], ...names.map(() => [])],
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: PLOT_HEIGHT });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [key, colors]);

  useLayoutEffect(() => {
    for (const [index, name] of names.entries()) plot.current?.setSeries(index + 1, { show: !hidden.has(name) }, false);
  }, [key, colors, hidden]);

  const drawnAt = useRef(0);
  useFrames(() => {
    const now = model.nowMs();
    const target = plot.current;
    if (target === null || (now === drawnAt.current && target.data[0].length > 0)) return;
    drawnAt.current = now;
    target.setData(model.plot.columns(names, now - WINDOW_MS, now, target.width));
  });
  return holder;
}

/** The value of a list at an index, or the nearest one before it: not every series has a point at every time. */
function nearest(list: ArrayLike<number | null | undefined>, index: number): number | null {
  for (let at = index; at >= 0 && at > index - 64; at -= 1) {
    const value = list[at];
    if (value !== undefined) return value;
  }
  return null;
}
