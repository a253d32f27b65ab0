import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../../shared/Icon';
import { useShortcuts } from '../../shared/shortcuts';
import { useCanvas } from '../../shared/useCanvas';
import { useWheel } from '../../shared/useWheel';
import type { EditorModel } from '../editorModel';
import { drawGraph } from './drawGraph';
import { boxOf, elementAt, topElement, type GraphGeometry } from './graphGeometry';
import { Minimap } from './Minimap';
import { neighbour, type Direction } from './neighbours';
import type { Overlay } from './overlay';
import { centerOn, fitView, isInView, openingView, panBy, zoomAt, type Size, type Viewport } from './viewport';

interface GraphCanvasProps {
  readonly model: EditorModel;
  readonly geometry: GraphGeometry;
  readonly overlay: Overlay | null;
  readonly found: ReadonlySet<number>;
  readonly selected: number;
  readonly onSelect: (element: number, center: boolean) => void;
}

const WHEEL_SPEED = 0.0016;
const BUTTON_FACTOR = 1.3;
const CLICK_SLACK = 4;

const arrows: Readonly<Record<string, Direction>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

/** The canvas, its zoom controls and its map. */
export function GraphCanvas({ model, geometry, overlay, found, selected, onSelect }: GraphCanvasProps) {
  const { view } = geometry;
  const world: Size = { width: Math.max(1, view.width), height: Math.max(1, view.height) };
  const [hovered, setHovered] = useState(-1);
  const drag = useRef<{ x: number; y: number; moved: boolean } | null>(null);
  const surface = useCanvas((context, size, colors) => {
    const viewport = currentViewport(size);
    drawGraph(context, size, colors, { geometry, viewport, overlay, selected, hovered, found });
    model.noteDrawn('graph');
  });
  function currentViewport(size: Size): Viewport {
    return model.graphView.value ?? openingView(world, size, boxOf(view, topElement(view)));
  }
  const show = (viewport: Viewport): void => {
    model.graphView.value = viewport;
  };
  const zoom = (factor: number): void => {
    show(zoomAt(currentViewport(surface.size), surface.size.width / 2, surface.size.height / 2, factor));
  };
  const fit = (): void => {
    show(fitView(world, surface.size));
  };
  useReveal(model, geometry, selected, surface.size, currentViewport, show);
  useWheel(surface.canvas, (event, x, y) => {
    show(zoomAt(currentViewport(surface.size), x, y, Math.exp(-event.deltaY * WHEEL_SPEED)));
  });
  useShortcuts({
    '0': fit,
    '+': () => {
      zoom(BUTTON_FACTOR);
    },
    '-': () => {
      zoom(1 / BUTTON_FACTOR);
    },
    Escape: () => {
      onSelect(-1, false);
    },
  });
  const at = (event: PointerEvent): number => {
    const viewport = currentViewport(surface.size);
    const bounds = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const x = (event.clientX - bounds.left) / viewport.zoom + viewport.x;
    const y = (event.clientY - bounds.top) / viewport.zoom + viewport.y;
    return elementAt(geometry, x, y, CLICK_SLACK / viewport.zoom);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const start = drag.current;
    if (start === null) {
      setHovered(at(event));
      return;
    }
    const [deltaX, deltaY] = [event.clientX - start.x, event.clientY - start.y];
    if (!start.moved && Math.hypot(deltaX, deltaY) < CLICK_SLACK) return;
    drag.current = { x: event.clientX, y: event.clientY, moved: true };
    show(panBy(currentViewport(surface.size), deltaX, deltaY));
  };
  const onPointerUp = (event: PointerEvent): void => {
    if (drag.current?.moved === false) onSelect(at(event), false);
    drag.current = null;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const direction = arrows[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    const next = selected < 0 ? topElement(view) : neighbour(view, selected, direction);
    if (next >= 0) onSelect(next, true);
  };
  const viewport = currentViewport(surface.size);
  return (
    <div class="graph-pane">
      <div ref={surface.holder} class={hovered >= 0 ? 'canvas-holder pointing' : 'canvas-holder'}>
        <canvas
          ref={surface.canvas}
          tabIndex={0}
          role="application"
          aria-label={describe(geometry, selected)}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            drag.current = { x: event.clientX, y: event.clientY, moved: false };
          }}
          onPointerMove={onPointerMove}
          onPointerUp={onPointerUp}
          onPointerLeave={() => {
            setHovered(-1);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <ZoomControls zoom={viewport.zoom} onZoom={zoom} onFit={fit} />
      <Minimap
        geometry={geometry}
        overlay={overlay}
        selected={selected}
        viewport={viewport}
        canvasSize={surface.size}
        onMove={show}
      />
    </div>
  );
}

/** Brings a selection that came from elsewhere into view, once the canvas has its size. */
function useReveal(
  model: EditorModel,
  geometry: GraphGeometry,
  selected: number,
  size: Size,
  current: (size: Size) => Viewport,
  show: (viewport: Viewport) => void,
): void {
  const seen = useRef(0);
  const reveals = model.reveals.value;
  useEffect(() => {
    if (size.width === 0 || seen.current === reveals) return;
    seen.current = reveals;
    const box = boxOf(geometry.view, selected);
    const viewport = current(size);
    if (box !== null && (viewport.zoom < 0.3 || !isInView(viewport, box, size))) show(centerOn(viewport, box, size));
  });
}

interface ZoomControlsProps {
  readonly zoom: number;
  readonly onZoom: (factor: number) => void;
  readonly onFit: () => void;
}

function ZoomControls({ zoom, onZoom, onFit }: ZoomControlsProps) {
  const percent = zoom < 0.01 ? (zoom * 100).toFixed(1) : String(Math.round(zoom * 100));
  return (
    <div class="zoom-controls segments">
      <button
        type="button"
        aria-label="Zoom out"
        onClick={() => {
          onZoom(1 / BUTTON_FACTOR);
        }}
      >
        −
      </button>
      <output class="num">{percent} %</output>
      <button
        type="button"
        aria-label="Zoom in"
        onClick={() => {
          onZoom(BUTTON_FACTOR);
        }}
      >
        +
      </button>
      <button type="button" aria-label="Show the whole graph (0)" title="Show the whole graph (0)" onClick={onFit}>
        <Icon name="fit" size="small" />
      </button>
    </div>
  );
}

function describe(geometry: GraphGeometry, selected: number): string {
  const { view } = geometry;
  const label = view.labels[selected];
  const what =
    label === undefined ? 'nothing selected' : `selected ${label}${selected < view.nodeCount ? ` #${selected}` : ''}`;
  return `Graph of ${view.nodeCount} operators, ${what}. Arrow keys move along it, slash searches.`;
}
