import { byteTicks } from '../../shared/axisTicks';
import { formatBytes, formatInteger } from '../../shared/formatNumber';
import type { ThemeColors } from '../../shared/themeColors';
import type { MemoryScene } from './drawMemory';
import { yOf } from './memoryWindow';
import type { Box } from './placeCard';
import { LABEL_HEIGHT, placeLabel } from './placeLabel';

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

interface PlanLine {
  readonly bytes: number;
  readonly text: string;
  readonly color: string;
  readonly dash: readonly number[];
}

/** How high the plan stands, and how low any could: one line where they are the same. */
function planLines(colors: ThemeColors, { view }: MemoryScene): readonly PlanLine[] {
  const { planned, lowerBound } = view;
  const plan = { bytes: planned, color: colors.text, dash: [3, 3] };
  if (planned === lowerBound) return [{ ...plan, text: `Planned = lower bound ${formatBytes(planned)}` }];
  return [
    { ...plan, text: `Planned ${formatBytes(planned)}` },
    { bytes: lowerBound, text: `Lower bound ${formatBytes(lowerBound)}`, color: colors.ok, dash: [2, 3] },
  ];
}

function heightOf({ layout, window }: MemoryScene, { bytes }: PlanLine): number | null {
  const y = Math.round(yOf(layout, window, bytes)) + 0.5;
  return y < layout.top || y > layout.bottom ? null : y;
}

export function drawPlanLines(context: Context, colors: ThemeColors, scene: MemoryScene): void {
  for (const planLine of planLines(colors, scene)) {
    const y = heightOf(scene, planLine);
    if (y === null) continue;
    context.strokeStyle = planLine.color;
    context.lineWidth = 1;
    context.setLineDash([...planLine.dash]);
    line(context, scene.layout.left, scene.layout.right, y);
    context.setLineDash([]);
  }
}

/** What the plan's lines are, beside what is `taken` by other text. */
export function drawPlanLabels(context: Context, colors: ThemeColors, scene: MemoryScene, taken: readonly Box[]): void {
  const { layout } = scene;
  const covered = [...taken];
  for (const planLine of planLines(colors, scene)) {
    const y = heightOf(scene, planLine);
    if (y === null) continue;
    context.font = labelFont(colors, 400);
    const width = context.measureText(planLine.text).width + 2 * LABEL_MARGIN;
    const room = { y, left: layout.left, right: layout.right - 14, top: layout.top - 8, bottom: layout.bottom };
    const box = placeLabel(room, width, covered);
    covered.push(box);
    label(context, colors, planLine.text, box, planLine.color, 400);
  }
}

/** The board's limit: its line and what it is; where its text stands. Off the scale it stands at the edge with an arrow. */
export function drawLimit(context: Context, colors: ThemeColors, scene: MemoryScene): Box | null {
  const { layout, window, room } = scene;
  if (room === null) return null;
  const exact = yOf(layout, window, room);
  const y = Math.min(layout.bottom, Math.max(layout.top, exact));
  const off = exact < layout.top ? ' ↑' : exact > layout.bottom ? ' ↓' : '';
  context.strokeStyle = colors.bad;
  context.lineWidth = 1.5;
  if (off !== '') context.setLineDash([1, 4]);
  line(context, layout.left, layout.right, y);
  context.setLineDash([]);
  const text = `${scene.roomLabel}${layout.right > 640 ? scene.roomNote : ''} ${formatBytes(room)}${off}`;
  context.font = labelFont(colors, 600);
  const width = context.measureText(text).width + 2 * LABEL_MARGIN;
  const box = { x: layout.right - 14 - width, y: y + 12 - LABEL_HEIGHT / 2, width, height: LABEL_HEIGHT };
  label(context, colors, text, box, colors.bad, 600);
  return box;
}

const LABEL_MARGIN = 4;

function labelFont(colors: ThemeColors, weight: 400 | 600): string {
  return `${weight} 11px ${colors.font}`;
}

function label(context: Context, colors: ThemeColors, text: string, box: Box, color: string, weight: 400 | 600): void {
  context.font = labelFont(colors, weight);
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.globalAlpha = 0.9;
  context.fillStyle = colors.background;
  context.fillRect(box.x, box.y, box.width, box.height);
  context.globalAlpha = 1;
  context.fillStyle = color;
  context.fillText(text, box.x + box.width - LABEL_MARGIN, box.y + box.height / 2);
}

function line(context: Context, left: number, right: number, y: number): void {
  context.beginPath();
  context.moveTo(left, y);
  context.lineTo(right, y);
  context.stroke();
}
