import { useRef } from 'preact/hooks';
import { elementAt, topElement, type GraphGeometry } from './graphGeometry';
import { neighbour, type Direction } from './neighbours';
import { panBy, type Viewport } from './viewport';

interface GraphInput {
  readonly geometry: GraphGeometry;
  readonly viewport: Viewport;
  readonly selected: number;
  readonly onShow: (viewport: Viewport) => void;
  readonly onHover: (element: number) => void;
  readonly onSelect: (element: number, center: boolean) => void;
}

/** Pixels: a press that moves less is a click, and clicks this near to a box count. */
const CLICK_SLACK = 4;

const arrows: Readonly<Record<string, Direction>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

/** Drag pans, a click selects, arrows go from operator to operator. */
export function useGraphInput({ geometry, viewport, selected, onShow, onHover, onSelect }: GraphInput) {
  const drag = useRef<{ x: number; y: number; moved: boolean } | null>(null);
  const at = (event: PointerEvent): number => {
    const bounds = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const x = (event.clientX - bounds.left) / viewport.zoom + viewport.x;
    const y = (event.clientY - bounds.top) / viewport.zoom + viewport.y;
    return elementAt(geometry, x, y, CLICK_SLACK / viewport.zoom);
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      drag.current = { x: event.clientX, y: event.clientY, moved: false };
    },
    onPointerMove: (event: PointerEvent) => {
      const start = drag.current;
      if (start === null) {
        onHover(at(event));
        return;
      }
      const [deltaX, deltaY] = [event.clientX - start.x, event.clientY - start.y];
      if (!start.moved && Math.hypot(deltaX, deltaY) < CLICK_SLACK) return;
      drag.current = { x: event.clientX, y: event.clientY, moved: true };
      onShow(panBy(viewport, deltaX, deltaY));
    },
    onPointerUp: (event: PointerEvent) => {
      if (drag.current?.moved === false) onSelect(at(event), false);
      drag.current = null;
    },
    onPointerLeave: () => {
      onHover(-1);
    },
    onKeyDown: (event: KeyboardEvent) => {
      const direction = arrows[event.key];
      if (direction === undefined) return;
      event.preventDefault();
      const next = selected < 0 ? topElement(geometry.view) : neighbour(geometry.view, selected, direction);
      if (next >= 0) onSelect(next, true);
    },
  };
}
