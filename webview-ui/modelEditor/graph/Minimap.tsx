import { useMemo } from 'preact/hooks';
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

/** The whole graph small, with what is in view framed; click or drag to go there. */
export function Minimap({ geometry, overlay, selected, viewport, canvasSize, onMove }: MinimapProps) {
  const { view } = geometry;
  const world = useMemo(() => ({ width: Math.max(1, view.width), height: Math.max(1, view.height) }), [view]);
  const placed = (size: CanvasSize): { scale: number; left: number; top: number } => {
    const scale = Math.min((size.width - 2 * PADDING) / world.width, (size.height - 2 * PADDING) / world.height);
    return { scale, left: (size.width - world.width * scale) / 2, top: (size.height - world.height * scale) / 2 };
  };
  const draw = (context: CanvasRenderingContext2D, size: CanvasSize, colors: ThemeColors): void => {
    const { scale, left, top } = placed(size);
    const stride = Math.max(1, Math.ceil(geometry.count / BOXES_DRAWN));
    for (let element = 0; element < geometry.count; element += stride) {
      const base = element * 4;
      const step = overlay?.steps[element] ?? -1;
      context.fillStyle = element === selected ? colors.accent : (colors.heat[step] ?? colors.textMuted);
      context.globalAlpha = element === selected || step >= 0 ? 1 : 0.6;
      context.fillRect(
        left + view.boxes[base]! * scale,
        top + view.boxes[base + 1]! * scale,
        Math.max(1, view.boxes[base + 2]! * scale),
        Math.max(0.7, view.boxes[base + 3]! * scale),
      );
    }
    context.globalAlpha = 1;
    context.strokeStyle = colors.accent;
    context.lineWidth = 1;
    const frame = {
      x: Math.max(1, left + viewport.x * scale),
      y: Math.max(1, top + viewport.y * scale),
      right: Math.min(size.width - 1, left + (viewport.x + canvasSize.width / viewport.zoom) * scale),
      bottom: Math.min(size.height - 1, top + (viewport.y + canvasSize.height / viewport.zoom) * scale),
    };
    const width = Math.max(3, frame.right - frame.x);
    context.strokeRect(frame.x + 0.5, frame.y + 0.5, width - 1, Math.max(3, frame.bottom - frame.y) - 1);
  };
  const surface = useCanvas(draw);
  const go = (event: PointerEvent): void => {
    const bounds = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const { scale, left, top } = placed(surface.size);
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
