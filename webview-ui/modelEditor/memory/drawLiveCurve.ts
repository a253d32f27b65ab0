import { indexTicks } from '../../shared/axisTicks';
import { formatBytes, formatInteger } from '../../shared/formatNumber';
import type { ThemeColors } from '../../shared/themeColors';
import type { MemoryScene } from './drawMemory';
import { peaksPerColumn } from './memoryQueries';
import { xOf } from './memoryWindow';

type Context = CanvasRenderingContext2D;

/** Bytes alive over time, under the heatmap on the same axis. */
export function drawLiveCurve(context: Context, colors: ThemeColors, scene: MemoryScene): void {
  const { view, layout, window, operator } = scene;
  const height = layout.curveBottom - layout.curveTop;
  const yFor = (bytes: number): number => layout.curveBottom - (bytes / Math.max(1, view.lowerBound)) * height;
  context.font = `400 10.5px ${colors.font}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillStyle = colors.textMuted;
  context.fillText('live', layout.left - 8, layout.curveTop + 4);
  context.fillText('0', layout.left - 8, layout.curveBottom - 3);
  context.fillText('op', layout.left - 8, (layout.stripTop + layout.stripBottom) / 2);
  context.save();
  context.beginPath();
  context.rect(layout.left, layout.curveTop - 4, layout.right - layout.left, height + 6);
  context.clip();
  const bandX = xOf(layout, window, operator);
  const bandWidth = Math.max(1.5, xOf(layout, window, operator + 1) - bandX);
  context.globalAlpha = 0.16;
  context.fillStyle = colors.accent;
  context.fillRect(bandX, layout.curveTop - 4, bandWidth, height + 4);
  context.globalAlpha = 1;
  const curve = curvePath(scene, yFor);
  context.fillStyle = colors.categories[0] ?? colors.accent;
  context.globalAlpha = 0.24;
  context.fill(curve.area);
  context.globalAlpha = 1;
  context.strokeStyle = context.fillStyle;
  context.lineWidth = 1.5;
  context.stroke(curve.line);
  context.restore();
  drawReading(context, colors, scene, yFor);
}

function curvePath(
  scene: MemoryScene,
  yFor: (bytes: number) => number,
): { readonly line: Path2D; readonly area: Path2D } {
  const { view, layout, window } = scene;
  const columns = Math.max(1, Math.round(layout.right - layout.left));
  const line = new Path2D();
  const from = Math.max(0, Math.floor(window.fromTime));
  const to = Math.min(view.live.length, Math.ceil(window.toTime));
  let start = layout.left;
  let end = layout.right;
  if (to - from > columns) {
    const peaks = peaksPerColumn(view, window.fromTime, window.toTime, columns);
    for (const [column, bytes] of peaks.entries()) lineOrMove(line, column === 0, layout.left + column, yFor(bytes));
  } else {
    start = xOf(layout, window, from);
    end = xOf(layout, window, to);
    for (let operator = from; operator < to; operator += 1) {
      const y = yFor(view.live[operator]!);
      lineOrMove(line, operator === from, xOf(layout, window, operator), y);
      line.lineTo(xOf(layout, window, operator + 1), y);
    }
  }
  const area = new Path2D(line);
  area.lineTo(end, layout.curveBottom);
  area.lineTo(start, layout.curveBottom);
  area.closePath();
  return { line, area };
}

function lineOrMove(path: Path2D, first: boolean, x: number, y: number): void {
  if (first) path.moveTo(x, y);
  else path.lineTo(x, y);
}

/** The figure at the operator in question. */
function drawReading(context: Context, colors: ThemeColors, scene: MemoryScene, yFor: (bytes: number) => number): void {
  const { view, layout, window, operator } = scene;
  const bytes = view.live[operator];
  if (bytes === undefined) return;
  const x = (xOf(layout, window, operator) + xOf(layout, window, operator + 1)) / 2;
  if (x < layout.left || x > layout.right) return;
  context.fillStyle = colors.categories[0] ?? colors.accent;
  context.beginPath();
  context.arc(x, yFor(bytes), 3, 0, 2 * Math.PI);
  context.fill();
  const text = `${formatBytes(bytes)} live at #${operator}`;
  context.font = `600 11px ${colors.font}`;
  context.textBaseline = 'middle';
  const width = context.measureText(text).width;
  const onRight = x + 24 + width < layout.right;
  context.textAlign = onRight ? 'left' : 'right';
  context.globalAlpha = 0.75;
  context.fillStyle = colors.background;
  context.fillRect(onRight ? x + 20 : x - 28 - width, layout.curveTop - 2, width + 8, 15);
  context.globalAlpha = 1;
  context.fillStyle = colors.textStrong;
  context.fillText(text, onRight ? x + 24 : x - 24, layout.curveTop + 6);
}

/** One cell an operator, brighter the more is alive, and the numbers under them. */
export function drawStrip(context: Context, colors: ThemeColors, scene: MemoryScene): void {
  const { view, layout, window, operator } = scene;
  const step = (layout.right - layout.left) / (window.toTime - window.fromTime);
  context.fillStyle = colors.textMuted;
  if (step < 3) {
    context.globalAlpha = 0.5;
    context.fillRect(layout.left, layout.stripTop, layout.right - layout.left, layout.stripBottom - layout.stripTop);
  } else {
    const from = Math.max(0, Math.floor(window.fromTime));
    const to = Math.min(view.operators.length, Math.ceil(window.toTime));
    for (let index = from; index < to; index += 1) {
      context.globalAlpha = index === operator ? 1 : index % 2 === 0 ? 0.62 : 0.42;
      const x = Math.max(layout.left, xOf(layout, window, index) + 0.75);
      const end = Math.min(layout.right, xOf(layout, window, index + 1) - 0.75);
      if (end > x) context.fillRect(x, layout.stripTop, end - x, layout.stripBottom - layout.stripTop);
    }
  }
  context.globalAlpha = 1;
  drawStripLabels(context, colors, scene, step);
}

function drawStripLabels(context: Context, colors: ThemeColors, scene: MemoryScene, step: number): void {
  const { layout, window, operator, view } = scene;
  const middle = layout.stripBottom + 10;
  const center = (index: number): number => xOf(layout, window, index + 0.5);
  const inside = (x: number): boolean => x >= layout.left - 1 && x <= layout.right + 1;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = `600 10.5px ${colors.font}`;
  context.fillStyle = colors.textStrong;
  const own = center(operator);
  if (inside(own)) context.fillText(formatInteger(operator), own, middle);
  context.font = `400 10.5px ${colors.font}`;
  context.fillStyle = colors.textMuted;
  if (window.fromTime < 0 && step > 14 && inside(center(-1))) context.fillText('in', center(-1), middle);
  const ticks = indexTicks(Math.max(0, window.fromTime), Math.min(view.operators.length - 1, window.toTime), 8);
  for (const tick of ticks) {
    const x = center(tick);
    if (inside(x) && Math.abs(x - own) > 22) context.fillText(formatInteger(tick), x, middle);
  }
}
