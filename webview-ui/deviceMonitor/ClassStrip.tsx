import { useCanvas } from '../shared/useCanvas';
import type { ThemeColors } from '../shared/themeColors';
import { categoryColor, classCategory } from './classColors';
import { classRuns } from './classRuns';
import type { MonitorModel } from './monitorModel';
import { AXIS_WIDTH, RIGHT_MARGIN, WINDOW_MS } from './plotOptions';
import { useFrames } from './useTime';

const TOP = 1;

/** Which class was on top over the plot's seconds, in the colours of the class bars. */
export function ClassStrip({ model }: { readonly model: MonitorModel }) {
  const surface = useCanvas((context, size, colors) => {
    const now = model.nowMs();
    const from = now - WINDOW_MS;
    const width = size.width - AXIS_WIDTH - RIGHT_MARGIN;
    const at = (timeMs: number): number => AXIS_WIDTH + (Math.max(0, timeMs - from) / WINDOW_MS) * width;
    context.font = `11px ${colors.font}`;
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    context.fillStyle = colors.textMuted;
    context.fillText('class', AXIS_WIDTH - 7, size.height / 2);
    context.textAlign = 'left';
    context.font = `600 11px ${colors.font}`;
    for (const { label, fromMs, toMs } of classRuns(model.results.tops(from, now), now)) {
      const category = classCategory(label, model.results.labels);
      drawRun(
        context,
        label,
        [at(fromMs), TOP, at(toMs) - at(fromMs), size.height - 2 * TOP],
        categoryColor(category, colors),
        colors,
      );
    }
  });
  useFrames(surface.redraw);
  return (
    <div class="class-strip" ref={surface.holder} role="img" aria-label={stripLabel(model)}>
      <canvas ref={surface.canvas} />
    </div>
  );
}

function stripLabel(model: MonitorModel): string {
  const now = model.nowMs();
  const runs = classRuns(model.results.tops(now - WINDOW_MS, now), now);
  return `Top class over the last ${WINDOW_MS / 1000} seconds: ${runs.map(({ label }) => label).join(', ')}`;
}

function drawRun(
  context: CanvasRenderingContext2D,
  label: string,
  [x, y, width, height]: readonly [number, number, number, number],
  color: string,
  colors: ThemeColors,
): void {
  context.fillStyle = color;
  context.beginPath();
  context.roundRect(x, y, Math.max(1, width - 1), height, 2);
  context.fill();
  if (context.measureText(label).width + 14 > width) return;
  context.fillStyle = colors.background;
  context.fillText(label, x + 7, y + height / 2 + 0.5);
}
