import { byteTicks } from '../../shared/axisTicks';
import { formatBytes, formatInteger } from '../../shared/formatNumber';
import type { ThemeColors } from '../../shared/themeColors';
import type { MemoryScene } from './drawMemory';
import { yOf } from './memoryWindow';

type Context = CanvasRenderingContext2D;

/** Hairlines and their offsets, in the unit that suits the window. */
export function drawByteAxis(context: Context, colors: ThemeColors, { layout, window }: MemoryScene): void {
  const count = Math.max(2, Math.floor((layout.bottom - layout.top) / 40));
  const inKib = window.toByte >= 4096;
  context.font = `400 10.5px ${colors.font}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.lineWidth = 1;
  for (const tick of byteTicks(window.fromByte, window.toByte, count)) {
    const y = Math.round(yOf(layout, window, tick)) + 0.5;
    context.strokeStyle = colors.grid;
    line(context, layout.left, layout.right, y);
    context.fillStyle = colors.textMuted;
    const value = inKib ? tick / 1024 : tick;
    const digits = Number.isInteger(value) ? formatInteger(value) : value.toFixed(1);
    context.fillText(`${digits} ${inKib ? 'KiB' : 'B'}`, layout.left - 8, y);
  }
}

/** All above the limit: faintly red and hatched, so that it is seen without colour too. */
export function drawOverArea(context: Context, colors: ThemeColors, { layout, window, room }: MemoryScene): void {
  if (room === null) return;
  const y = Math.min(layout.bottom, yOf(layout, window, room));
  if (y <= layout.top) return;
  context.fillStyle = colors.badSoft;
  context.fillRect(layout.left, layout.top, layout.right - layout.left, y - layout.top);
  context.save();
  context.beginPath();
  context.rect(layout.left, layout.top, layout.right - layout.left, y - layout.top);
  context.clip();
  context.strokeStyle = colors.bad;
  context.globalAlpha = 0.22;
  context.lineWidth = 1;
  context.beginPath();
  const height = y - layout.top;
  for (let x = layout.left - height; x < layout.right; x += 7) {
    context.moveTo(x, y);
    context.lineTo(x + height, layout.top);
  }
  context.stroke();
  context.restore();
}

/** How high the plan stands, and how low any could. */
export function drawPlanLines(context: Context, colors: ThemeColors, scene: MemoryScene): void {
  const { view, room, layout, window } = scene;
  const same = view.planned === view.lowerBound;
  const planned = same ? `Planned = lower bound ${formatBytes(view.planned)}` : `Planned ${formatBytes(view.planned)}`;
  const limitY = room === null ? null : Math.max(layout.top, yOf(layout, window, room));
  drawPlanLine(context, colors, scene, {
    bytes: view.planned,
    text: planned,
    color: colors.text,
    dash: [3, 3],
    limitY,
  });
  if (same) return;
  const text = `Lower bound ${formatBytes(view.lowerBound)}`;
  drawPlanLine(context, colors, scene, { bytes: view.lowerBound, text, color: colors.ok, dash: [2, 3], limitY });
}

interface PlanLine {
  readonly bytes: number;
  readonly text: string;
  readonly color: string;
  readonly dash: readonly number[];
  readonly limitY: number | null;
}

function drawPlanLine(context: Context, colors: ThemeColors, scene: MemoryScene, planLine: PlanLine): void {
  const { layout, window } = scene;
  const y = Math.round(yOf(layout, window, planLine.bytes)) + 0.5;
  if (y < layout.top || y > layout.bottom) return;
  context.strokeStyle = planLine.color;
  context.lineWidth = 1;
  context.setLineDash([...planLine.dash]);
  line(context, layout.left, layout.right, y);
  context.setLineDash([]);
  // Above its line, unless the limit's own text is there.
  const below = planLine.limitY !== null && planLine.limitY < y && planLine.limitY > y - 34;
  label(context, colors, planLine.text, layout.right - 18, below ? y + 12 : y - 7, planLine.color, 400);
}

/** The board's limit: its line and what it is. Off the scale it stands at the edge with an arrow. */
export function drawLimit(context: Context, colors: ThemeColors, scene: MemoryScene): void {
  const { layout, window, room } = scene;
  if (room === null) return;
  const exact = yOf(layout, window, room);
  const y = Math.min(layout.bottom, Math.max(layout.top, exact));
  const off = exact < layout.top ? ' ↑' : exact > layout.bottom ? ' ↓' : '';
  context.strokeStyle = colors.bad;
  context.lineWidth = 1.5;
  if (off !== '') context.setLineDash([1, 4]);
  line(context, layout.left, layout.right, y);
  context.setLineDash([]);
  const text = `${scene.roomLabel}${layout.right > 640 ? scene.roomNote : ''} ${formatBytes(room)}${off}`;
  label(context, colors, text, layout.right - 18, y + 12, colors.bad, 600);
}

function label(
  context: Context,
  colors: ThemeColors,
  text: string,
  right: number,
  middle: number,
  color: string,
  weight: 400 | 600,
): void {
  context.font = `${weight} 11px ${colors.font}`;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  const width = context.measureText(text).width;
  context.globalAlpha = 0.82;
  context.fillStyle = colors.background;
  context.fillRect(right - width - 4, middle - 7, width + 8, 14);
  context.globalAlpha = 1;
  context.fillStyle = color;
  context.fillText(text, right, middle);
}

function line(context: Context, left: number, right: number, y: number): void {
  context.beginPath();
  context.moveTo(left, y);
  context.lineTo(right, y);
  context.stroke();
}
