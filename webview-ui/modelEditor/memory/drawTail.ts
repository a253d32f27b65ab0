import { formatBytes } from '../../shared/formatNumber';
import type { ThemeColors } from '../../shared/themeColors';
import type { MemoryScene } from './drawMemory';
import { yOf } from './memoryWindow';

type Context = CanvasRenderingContext2D;

/** What TFLM keeps at the end of its arena, drawn above the plan. */
export interface Tail {
  readonly persistent: number;
  readonly parts: readonly { readonly name: string; readonly bytes: number }[];
  /** The least arena with which AllocateTensors succeeds; null where it is not known. */
  readonly minimum: number | null;
}

const PERSISTENT_CATEGORY = 3;
const LEAST_LABEL_HEIGHT = 13;

/** The persistent bytes as a band over all time, part by part, and the least arena above it. */
export function drawTail(context: Context, colors: ThemeColors, scene: MemoryScene): void {
  const { tail, view } = scene;
  if (tail === null) return;
  const color = colors.categories[PERSISTENT_CATEGORY] ?? colors.textMuted;
  let from = view.planned;
  const parts = tail.parts.length > 0 ? tail.parts : [{ name: 'persistent', bytes: tail.persistent }];
  for (const [index, { name, bytes }] of parts.entries()) {
    drawPart(context, colors, scene, {
      from,
      to: from + bytes,
      text: `${index === 0 && name !== 'persistent' ? 'persistent: ' : ''}${name} ${formatBytes(bytes)}`,
      color,
      index,
    });
    from += bytes;
  }
  drawMinimum(context, colors, scene, tail);
}

interface Part {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly color: string;
  readonly index: number;
}

function drawPart(context: Context, colors: ThemeColors, { layout, window }: MemoryScene, part: Part): void {
  const top = yOf(layout, window, part.to);
  const height = yOf(layout, window, part.from) - top;
  const width = layout.right - layout.left;
  context.globalAlpha = part.index % 2 === 0 ? 0.3 : 0.2;
  context.fillStyle = part.color;
  context.fillRect(layout.left, top, width, Math.max(0.5, height));
  context.globalAlpha = 0.9;
  context.fillRect(layout.left, top, width, 1);
  context.globalAlpha = 1;
  if (height < LEAST_LABEL_HEIGHT) return;
  context.font = `400 10.5px ${colors.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillStyle = colors.text;
  const visibleTop = Math.max(top, layout.top);
  const visibleBottom = Math.min(top + height, layout.bottom);
  if (visibleBottom - visibleTop < LEAST_LABEL_HEIGHT) return;
  context.fillText(part.text, layout.left + 8, (visibleTop + visibleBottom) / 2);
}

/** A line where planning itself needs more than what stays. */
function drawMinimum(context: Context, colors: ThemeColors, { layout, window, view }: MemoryScene, tail: Tail): void {
  if (tail.minimum === null || tail.minimum <= view.planned + tail.persistent) return;
  const y = Math.round(yOf(layout, window, tail.minimum)) + 0.5;
  if (y < layout.top || y > layout.bottom) return;
  context.strokeStyle = colors.textMuted;
  context.setLineDash([5, 3]);
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(layout.left, y);
  context.lineTo(layout.right, y);
  context.stroke();
  context.setLineDash([]);
  context.font = `400 10.5px ${colors.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'bottom';
  context.fillStyle = colors.textMuted;
  context.fillText(`Least that works ${formatBytes(tail.minimum)}`, layout.left + 8, y - 1);
}
