import type { GraphView } from '../../../src/protocol/views';
import type { ThemeColors } from '../../shared/themeColors';
import { useCanvas, type CanvasSize } from '../../shared/useCanvas';
import type { GraphGeometry } from './graphGeometry';
import type { Overlay } from './overlay';
import type { Size, Viewport } from './viewport';

interface MinimapProps {
  readonly geometry: GraphGeometry;
  readonly overlay: Overlay | null;
  readonly selected: number;
  readonly viewport: Viewport;
  readonly canvasSize: Size;
  readonly onMove: (viewport: Viewport) => void;
}

/** More boxes than this are sampled: the map is 100 pixels wide. */
const BOXES_DRAWN = 8000;
const PADDING = 5;

interface Placement {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** The whole graph small, with what is in view framed; click or drag to go there. */
export function Minimap(props: MinimapProps) {
  const { geometry, viewport, canvasSize, onMove } = props;
  const surface = useCanvas((context, size, colors) => {
    const placement = placementIn(geometry.view, size);
    drawElements(context, colors, props, placement);
    drawFrame(context, colors, props, placement, size);
  });
  const go = (event: PointerEvent): void => {
    const bounds = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const { scale, left, top } = placementIn(geometry.view, surface.size);
    onMove({
      x: (event.clientX - bounds.left - left) / scale - canvasSize.width / viewport.zoom / 2,
      y: (event.clientY - bounds.top - top) / scale - canvasSize.height / viewport.zoom / 2,
      zoom: viewport.zoom,
    });
  };
  return (
    <div
      ref={surface.holder}
      class="minimap"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event);
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1) go(event);
      }}
    >
      <canvas ref={surface.canvas} />
    </div>
  );
}

function placementIn(view: GraphView, size: CanvasSize): Placement {
  const width = Math.max(1, view.width);
  const height = Math.max(1, view.height);
  const scale = Math.min((size.width - 2 * PADDING) / width, (size.height - 2 * PADDING) / height);
  return { scale, left: (size.width - width * scale) / 2, top: (size.height - height * scale) / 2 };
}

function drawElements(
  context: CanvasRenderingContext2D,
  colors: ThemeColors,
  { geometry, overlay, selected }: MinimapProps,
  { scale, left, top }: Placement,
): void {
  const { boxes } = geometry.view;
  const stride = Math.max(1, Math.ceil(geometry.count / BOXES_DRAWN));
  for (let element = 0; element < geometry.count; element += stride) {
    const base = element * 4;
    const step = overlay?.steps[element] ?? -1;
    context.fillStyle = element === selected ? colors.accent : (colors.heat[step] ?? colors.textMuted);
    context.globalAlpha = element === selected || step >= 0 ? 1 : 0.6;
    context.fillRect(
      left + boxes[base]! * scale,
      top + boxes[base + 1]! * scale,
      Math.max(1, boxes[base + 2]! * scale),
      Math.max(0.7, boxes[base + 3]! * scale),
    );
  }
  context.globalAlpha = 1;
}

function drawFrame(
  context: CanvasRenderingContext2D,
  colors: ThemeColors,
  { viewport, canvasSize }: MinimapProps,
  { scale, left, top }: Placement,
  size: CanvasSize,
): void {
  const x = Math.max(1, left + viewport.x * scale);
  const y = Math.max(1, top + viewport.y * scale);
  const right = Math.min(size.width - 1, left + (viewport.x + canvasSize.width / viewport.zoom) * scale);
  const bottom = Math.min(size.height - 1, top + (viewport.y + canvasSize.height / viewport.zoom) * scale);
  context.strokeStyle = colors.accent;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, Math.max(3, right - x) - 1, Math.max(3, bottom - y) - 1);
}
