import uPlot from 'uplot';
import { formatReal } from '../shared/formatNumber';
import type { ThemeColors } from '../shared/themeColors';

/** What the plot shows of the history. */
export const WINDOW_MS = 12_000;
export const PLOT_HEIGHT = 212;
export const AXIS_WIDTH = 44;

/** Kept free on the right, for half of the last label. */
export const RIGHT_MARGIN = 12;

const AXIS_FONT_PX = 10.5;

/** How the plot looks and behaves. `onCursor` gets pixels from the plot's left edge (negative: none) and a data index. */
export function plotOptions(
  names: readonly string[],
  colors: ThemeColors,
  width: number,
  onCursor: (left: number, index: number) => void,
): uPlot.Options {
  const axis = {
    stroke: colors.textMuted,
    font: `${AXIS_FONT_PX}px ${colors.font}`,
    grid: { stroke: colors.grid, width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: PLOT_HEIGHT,
    padding: [8, RIGHT_MARGIN, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: { x: { time: false, range: [-WINDOW_MS / 1000, 0] }, y: { range: roundRange } },
    axes: [
      { ...axis, size: 22, gap: 6, grid: { show: false }, space: 90, values: (_, ticks) => ticks.map(agoLabel) },
      { ...axis, size: AXIS_WIDTH, gap: 7, space: 36, values: (_, ticks) => ticks.map((tick) => formatReal(tick)) },
    ],
    series: [
      {},
      ...names.map((name, index) => ({
        label: name,
        stroke: colors.categories[index % colors.categories.length] ?? colors.text,
        width: 1.25,
        points: { show: false },
        spanGaps: false,
      })),
    ],
    hooks: {
      setCursor: [
        (plot) => {
          onCursor(plot.cursor.left ?? -1, plot.cursor.idx ?? 0);
        },
      ],
    },
  };
}

/** What is shown, with a little air; round, so that the scale does not tremble with each sample. */
function roundRange(_plot: uPlot, min: number | null, max: number | null): uPlot.Range.MinMax {
  return min === null || max === null ? [0, 1] : uPlot.rangeNum(min, max, 0.08, true);
}

function agoLabel(seconds: number): string {
  return seconds === 0 ? 'now' : `−${Math.abs(seconds)} s`;
}
