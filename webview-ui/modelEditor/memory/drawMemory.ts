import type { BufferView, MemoryView } from '../../../src/protocol/views';
import { heatStep, TENSOR_POWER } from '../../shared/heatRamp';
import { formatInteger } from '../../shared/formatNumber';
import type { ThemeColors } from '../../shared/themeColors';
import { drawByteAxis, drawLimit, drawOverArea, drawPlanLabels, drawPlanLines } from './drawMemoryAxes';
import { drawLiveCurve, drawStrip } from './drawLiveCurve';
import { nodeAt } from './memoryChoice';
import { drawTail, type Tail } from './drawTail';
import { makerOf } from './memoryQueries';
import { xOf, yOf, type MemoryLayout, type MemoryWindow } from './memoryWindow';
import { leaderLine, type Box } from './placeCard';

export type MemoryColouring = 'size' | 'kind';

export interface MemoryScene {
  readonly view: MemoryView;
  readonly layout: MemoryLayout;
  readonly window: MemoryWindow;
  readonly colouring: MemoryColouring;
  readonly largest: number;
  /** Bytes of the board for the plan, or the what-if; null without a board. */
  readonly room: number | null;
  readonly roomLabel: string;
  /** Drawn above the plan; null when the plan alone is shown. */
  readonly tail: Tail | null;
  /** What was taken off the region, where there is room to say it. */
  readonly roomNote: string;
  /** The operator whose tensors the side lists. */
  readonly operator: number;
  readonly selectedTensor: number | null;
  /** Index of the buffer with a card; -1 for none. */
  readonly hovered: number;
  readonly card: Box | null;
}

/** Order of the categories' colours by kind. */
export const KIND_CATEGORY: Readonly<Record<BufferView['kind'], number>> = {
  activation: 0,
  input: 1,
  scratch: 2,
  output: 4,
};

type Context = CanvasRenderingContext2D;

export function drawMemory(context: Context, colors: ThemeColors, scene: MemoryScene): void {
  const { layout } = scene;
  drawByteAxis(context, colors, scene);
  context.save();
  context.beginPath();
  context.rect(layout.left, layout.top, layout.right - layout.left, layout.bottom - layout.top);
  context.clip();
  drawBand(context, colors, scene, layout.top, layout.bottom);
  const figures = drawBuffers(context, colors, scene);
  drawTail(context, colors, scene);
  drawOverArea(context, colors, scene);
  context.restore();
  drawPlanLines(context, colors, scene);
  const limit = drawLimit(context, colors, scene);
  drawPlanLabels(context, colors, scene, limit === null ? figures : [limit, ...figures]);
  drawBandLabel(context, colors, scene);
  drawLiveCurve(context, colors, scene);
  drawStrip(context, colors, scene);
  drawLeader(context, colors, scene);
}

/** The rectangle of a buffer on the canvas; at least a pixel, with a gap to its neighbours when there is room. */
export function bufferBox(layout: MemoryLayout, window: MemoryWindow, buffer: BufferView): Box {
  const x = xOf(layout, window, buffer.first);
  const y = yOf(layout, window, buffer.offset + buffer.bytes);
  const width = xOf(layout, window, buffer.last + 1) - x;
  const height = yOf(layout, window, buffer.offset) - y;
  const gapX = width > 4 ? 0.75 : 0;
  const gapY = height > 4 ? 0.75 : 0;
  return { x: x + gapX, y: y + gapY, width: Math.max(1, width - 2 * gapX), height: Math.max(1, height - 2 * gapY) };
}

/** The heat step, or -1 when the colour is a category. */
export function bufferStep(buffer: BufferView, largest: number, colouring: MemoryColouring): number {
  return colouring === 'kind' ? -1 : Math.max(0, heatStep(buffer.bytes, largest, TENSOR_POWER));
}

function fillOf(colors: ThemeColors, buffer: BufferView, step: number): string {
  return (step < 0 ? colors.categories[KIND_CATEGORY[buffer.kind]] : colors.heat[step]) ?? colors.textMuted;
}

/** The operator in question (the peak, until another is picked) as a band through all charts. */
function drawBand(context: Context, colors: ThemeColors, scene: MemoryScene, top: number, bottom: number): void {
  const x = xOf(scene.layout, scene.window, scene.operator);
  const width = Math.max(1.5, xOf(scene.layout, scene.window, scene.operator + 1) - x);
  context.globalAlpha = 0.16;
  context.fillStyle = colors.accent;
  context.fillRect(x, top, width, bottom - top);
  context.globalAlpha = 1;
}

function drawBandLabel(context: Context, colors: ThemeColors, scene: MemoryScene): void {
  const { layout, window, operator, view } = scene;
  const x = (xOf(layout, window, operator) + xOf(layout, window, operator + 1)) / 2;
  if (x < layout.left || x > layout.right) return;
  context.font = `600 11px ${colors.font}`;
  context.textBaseline = 'alphabetic';
  context.fillStyle = colors.textStrong;
  const text = operator === view.peak ? 'peak' : `#${nodeAt(view, operator)}`;
  const half = context.measureText(text).width / 2;
  context.textAlign = 'center';
  context.fillText(text, Math.min(layout.right - half, Math.max(layout.left + half, x)), layout.top - 8);
}

function isInWindow({ first, last, offset, bytes }: BufferView, window: MemoryWindow): boolean {
  const inTime = last + 1 >= window.fromTime && first <= window.toTime;
  return inTime && offset + bytes >= window.fromByte && offset <= window.toByte;
}

/** Draws the buffers; where their figures stand. */
function drawBuffers(context: Context, colors: ThemeColors, scene: MemoryScene): readonly Box[] {
  const { view, window, layout, selectedTensor, hovered } = scene;
  const marked: number[] = [];
  const figures: Box[] = [];
  for (const [index, buffer] of view.buffers.entries()) {
    if (!isInWindow(buffer, window)) continue;
    const box = bufferBox(layout, window, buffer);
    const step = bufferStep(buffer, scene.largest, scene.colouring);
    context.fillStyle = fillOf(colors, buffer, step);
    if (box.width > 6 && box.height > 6) {
      context.beginPath();
      context.roundRect(box.x, box.y, box.width, box.height, 2);
      context.fill();
      if (buffer.kind === 'scratch') hatch(context, colors, box);
      context.strokeStyle = colors.heatEdge;
      context.lineWidth = 1;
      context.stroke();
      const figure = drawBufferText(context, colors, scene, buffer, box);
      if (figure !== null) figures.push(figure);
    } else context.fillRect(box.x, box.y, box.width, box.height);
    if (index === hovered || (selectedTensor !== null && buffer.tensor === selectedTensor)) marked.push(index);
  }
  for (const index of marked) {
    const buffer = view.buffers[index]!;
    const box = bufferBox(layout, window, buffer);
    context.strokeStyle = buffer.tensor === selectedTensor ? colors.accent : colors.textStrong;
    context.lineWidth = 2;
    context.strokeRect(box.x, box.y, box.width, box.height);
  }
  return figures;
}

/** Scratch is told apart without colour too: its rectangle, the path of this moment, is hatched. */
function hatch(context: Context, colors: ThemeColors, box: Box): void {
  context.save();
  context.clip();
  context.strokeStyle = colors.background;
  context.globalAlpha = 0.45;
  context.lineWidth = 1.5;
  const path = new Path2D();
  for (let x = box.x - box.height; x < box.x + box.width; x += 6) {
    path.moveTo(x, box.y + box.height);
    path.lineTo(x + box.height, box.y);
  }
  context.stroke(path);
  context.restore();
}

/** The buffer's bytes, and who makes it where there is room; where they stand, null for a box too small for them. */
function drawBufferText(
  context: Context,
  colors: ThemeColors,
  scene: MemoryScene,
  buffer: BufferView,
  box: Box,
): Box | null {
  const step = bufferStep(buffer, scene.largest, scene.colouring);
  if (box.height < 16 || box.width < 24) return null;
  const bytes = formatInteger(buffer.bytes);
  context.font = `600 11px ${colors.font}`;
  const width = context.measureText(bytes).width;
  if (width > box.width - 6) return null;
  // Categories are light in dark themes and dark in light ones, as the ramp's upper half is.
  context.fillStyle = step >= 0 && step < 4 ? colors.heatInkLow : colors.heatInkHigh;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  if (box.height < 32) {
    context.fillText(bytes, x, y);
    return { x: x - width / 2, y: y - 7, width, height: 14 };
  }
  context.fillText(bytes, x, y - 6.5);
  context.font = `400 10px ${colors.font}`;
  const maker = makerOf(scene.view, buffer);
  context.fillText(maker, x, y + 7.5);
  const widest = Math.max(width, context.measureText(maker).width);
  return { x: x - widest / 2, y: y - 14, width: widest, height: 28 };
}

function drawLeader(context: Context, colors: ThemeColors, scene: MemoryScene): void {
  const buffer = scene.view.buffers[scene.hovered];
  if (buffer === undefined || scene.card === null) return;
  const [fromX, fromY, toX, toY] = leaderLine(bufferBox(scene.layout, scene.window, buffer), scene.card);
  context.strokeStyle = colors.textMuted;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(fromX, fromY);
  context.lineTo(toX, toY);
  context.stroke();
}
