import type { CanvasSize } from '../../shared/useCanvas';
import type { ThemeColors } from '../../shared/themeColors';
import { drawEdges } from './drawEdges';
import { edgesIn, edgesOf, elementsIn, type GraphGeometry } from './graphGeometry';
import type { Overlay } from './overlay';
import { visibleRect, type Viewport } from './viewport';

export interface GraphScene {
  readonly geometry: GraphGeometry;
  readonly viewport: Viewport;
  readonly overlay: Overlay | null;
  /** Elements; -1 for none. */
  readonly selected: number;
  readonly hovered: number;
  /** Elements that a search found. */
  readonly found: ReadonlySet<number>;
}

/** Zoom from which boxes carry text, and from which they have corners and borders. */
const TEXT_ZOOM = 0.42;
const SHAPE_ZOOM = 0.16;
const STRIP = 7;

type Context = CanvasRenderingContext2D;

/** Draws what of the graph is in sight, with less detail the farther away it is. */
export function drawGraph(context: Context, size: CanvasSize, colors: ThemeColors, scene: GraphScene): void {
  const { geometry, viewport } = scene;
  const part = visibleRect(viewport, size);
  if (viewport.zoom >= TEXT_ZOOM) drawDots(context, size, colors, viewport);
  context.save();
  context.scale(viewport.zoom, viewport.zoom);
  context.translate(-viewport.x, -viewport.y);
  drawEdges(context, geometry, edgesIn(geometry, part), colors.textMuted, 1, viewport.zoom);
  if (scene.selected >= 0) {
    drawEdges(context, geometry, edgesOf(geometry.view, scene.selected), colors.accent, 1.6, viewport.zoom);
  }
  const elements = elementsIn(geometry, part);
  if (viewport.zoom < SHAPE_ZOOM) drawBlocks(context, colors, scene, elements);
  else drawBoxes(context, colors, scene, elements);
  drawMarks(context, colors, scene);
  context.restore();
}

/** The faint grid that tells how far one has moved. */
function drawDots(context: Context, size: CanvasSize, colors: ThemeColors, viewport: Viewport): void {
  const step = 20 * viewport.zoom;
  context.fillStyle = colors.grid;
  const startX = -(((viewport.x * viewport.zoom) % step) + step) % step;
  const startY = -(((viewport.y * viewport.zoom) % step) + step) % step;
  context.beginPath();
  for (let y = startY; y < size.height; y += step) {
    for (let x = startX; x < size.width; x += step) context.rect(x, y, 1.4, 1.4);
  }
  context.fill();
}

/** Far away: plain rectangles, one path a colour. */
function drawBlocks(context: Context, colors: ThemeColors, scene: GraphScene, elements: readonly number[]): void {
  const { boxes } = scene.geometry.view;
  const least = 0.75 / scene.viewport.zoom;
  const paths = new Map<number, Path2D>();
  for (const element of elements) {
    const step = scene.overlay?.steps[element] ?? -1;
    let path = paths.get(step);
    if (path === undefined) {
      path = new Path2D();
      paths.set(step, path);
    }
    const base = element * 4;
    path.rect(boxes[base]!, boxes[base + 1]!, Math.max(least, boxes[base + 2]!), Math.max(least, boxes[base + 3]!));
  }
  for (const [step, path] of paths) {
    context.fillStyle = step < 0 ? colors.textMuted : (colors.heat[step] ?? colors.textMuted);
    context.globalAlpha = step < 0 ? 0.55 : 1;
    context.fill(path);
  }
  context.globalAlpha = 1;
}

function drawBoxes(context: Context, colors: ThemeColors, scene: GraphScene, elements: readonly number[]): void {
  const { view } = scene.geometry;
  const { zoom } = scene.viewport;
  const path = new Path2D();
  for (const element of elements) {
    const base = element * 4;
    const height = view.boxes[base + 3]!;
    const radius = element < view.nodeCount ? 4 : height / 2;
    path.roundRect(view.boxes[base]!, view.boxes[base + 1]!, view.boxes[base + 2]!, height, radius);
  }
  context.fillStyle = colors.raised;
  context.fill(path);
  context.strokeStyle = colors.lineStrong;
  context.lineWidth = Math.max(1, 0.8 / zoom);
  context.stroke(path);
  if (scene.overlay !== null) drawStrips(context, colors, scene, scene.overlay, elements);
  if (zoom >= TEXT_ZOOM) {
    for (const element of elements) {
      if (element < view.nodeCount) drawOperatorText(context, colors, scene, element);
      else drawPortText(context, colors, scene, element);
    }
  }
}

function drawStrips(
  context: Context,
  colors: ThemeColors,
  scene: GraphScene,
  overlay: Overlay,
  elements: readonly number[],
): void {
  const { boxes } = scene.geometry.view;
  const width = Math.max(STRIP, 3 / scene.viewport.zoom);
  for (const element of elements) {
    const step = overlay.steps[element] ?? -1;
    const color = colors.heat[step];
    if (color === undefined) continue;
    const base = element * 4;
    context.fillStyle = color;
    context.beginPath();
    context.roundRect(boxes[base]!, boxes[base + 1]!, width, boxes[base + 3]!, [4, 0, 0, 4]);
    context.fill();
  }
}

function drawOperatorText(context: Context, colors: ThemeColors, scene: GraphScene, element: number): void {
  const { view } = scene.geometry;
  const base = element * 4;
  const left = view.boxes[base]! + 14;
  const right = view.boxes[base]! + view.boxes[base + 2]! - 9;
  const middle = view.boxes[base + 1]! + view.boxes[base + 3]! / 2;
  const detail = view.details[element] ?? '';
  const value = scene.overlay === null ? '' : (valueText(scene.overlay, element) ?? '');
  const twoLines = detail !== '' || value !== '';
  const first = twoLines ? middle - 6.5 : middle;
  context.textBaseline = 'middle';
  const index = `#${element}`;
  context.font = `400 11px ${colors.font}`;
  const indexWidth = context.measureText(index).width;
  context.textAlign = 'right';
  context.fillStyle = colors.textMuted;
  context.fillText(index, right, first);
  let valueWidth = 0;
  if (value !== '') {
    context.fillStyle = colors.text;
    context.fillText(value, right, middle + 7);
    valueWidth = context.measureText(value).width + 8;
  }
  context.textAlign = 'left';
  context.fillStyle = colors.textMuted;
  if (detail !== '') fillClipped(context, detail, left, middle + 7, right - left - valueWidth);
  context.font = `600 12px ${colors.font}`;
  context.fillStyle = colors.textStrong;
  fillClipped(context, view.labels[element] ?? '', left, first, right - left - indexWidth - 8);
}

function valueText(overlay: Overlay, element: number): string | null {
  const value = overlay.values[element];
  return value === undefined || value < 0 ? null : overlay.format(value);
}

function drawPortText(context: Context, colors: ThemeColors, scene: GraphScene, element: number): void {
  const { view } = scene.geometry;
  const base = element * 4;
  const width = view.boxes[base + 2]!;
  const center = view.boxes[base]! + width / 2;
  const middle = view.boxes[base + 1]! + view.boxes[base + 3]! / 2;
  const name = view.labels[element] ?? '';
  const detail = view.details[element] ?? '';
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.font = `400 11px ${colors.font}`;
  const room = width - 20;
  const detailWidth = detail === '' ? 0 : context.measureText(detail).width + 5;
  const nameText = clip(context, name, Math.max(24, room - detailWidth));
  const nameWidth = context.measureText(nameText).width;
  const left = center - Math.min(room, nameWidth + detailWidth) / 2;
  context.fillStyle = colors.textStrong;
  context.fillText(nameText, left, middle);
  context.fillStyle = colors.textMuted;
  if (detail !== '') fillClipped(context, detail, left + nameWidth + 5, middle, room - nameWidth - 5);
}

function fillClipped(context: Context, text: string, x: number, y: number, room: number): void {
  const shown = clip(context, text, room);
  if (shown !== '') context.fillText(shown, x, y);
}

/** The longest start of a text that fits, with an ellipsis; measured by halving. */
function clip(context: Context, text: string, room: number): string {
  if (room <= 8) return '';
  if (context.measureText(text).width <= room) return text;
  let fits = 0;
  let tooLong = text.length;
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (context.measureText(`${text.slice(0, middle)}…`).width <= room) fits = middle;
    else tooLong = middle;
  }
  return fits === 0 ? '' : `${text.slice(0, fits)}…`;
}

/** Borders of what was found, is hovered and is selected; the last is on top. */
function drawMarks(context: Context, colors: ThemeColors, scene: GraphScene): void {
  const { zoom } = scene.viewport;
  for (const element of scene.found)
    strokeBox(context, scene, element, colors.categories[1] ?? colors.accent, 1.5 / zoom);
  strokeBox(context, scene, scene.hovered, colors.textMuted, Math.max(1.2, 1.2 / zoom));
  strokeBox(context, scene, scene.selected, colors.accent, Math.max(2, 2 / zoom));
}

function strokeBox(context: Context, scene: GraphScene, element: number, color: string, width: number): void {
  const { view } = scene.geometry;
  const base = element * 4;
  if (element < 0 || base + 3 >= view.boxes.length) return;
  context.strokeStyle = color;
  context.lineWidth = width;
  context.beginPath();
  const height = view.boxes[base + 3]!;
  const radius = element < view.nodeCount ? 4 : height / 2;
  context.roundRect(view.boxes[base]!, view.boxes[base + 1]!, view.boxes[base + 2]!, height, radius);
  context.stroke();
}
