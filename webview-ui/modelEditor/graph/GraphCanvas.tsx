import { useEffect, useState } from 'preact/hooks';
import type { GraphView } from '../../../src/protocol/views';
import { Icon } from '../../shared/Icon';
import { useShortcuts } from '../../shared/shortcuts';
import { useCanvas } from '../../shared/useCanvas';
import { useWheel } from '../../shared/useWheel';
import type { EditorModel } from '../editorModel';
import { drawGraph } from './drawGraph';
import { boxOf, topElement, type GraphGeometry } from './graphGeometry';
import { Minimap } from './Minimap';
import type { Overlay } from './overlay';
import { useGraphInput } from './useGraphInput';
import { centerOn, fitView, isInView, openingView, zoomAt, type Size, type Viewport } from './viewport';

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

/** The canvas, its zoom controls and its map. */
export function GraphCanvas({ model, geometry, overlay, found, selected, onSelect }: GraphCanvasProps) {
  const { view } = geometry;
  const [hovered, setHovered] = useState(-1);
  const surface = useCanvas((context, size, colors) => {
    const viewport = viewportOf(model, view, size);
    drawGraph(context, size, colors, { geometry, viewport, overlay, selected, hovered, found });
    model.noteDrawn('graph');
  });
  const { size } = surface;
  const viewport = viewportOf(model, view, size);
  const show = (next: Viewport): void => {
    model.graphView.value = next;
  };
  const zoom = (factor: number): void => {
    show(zoomAt(viewport, size.width / 2, size.height / 2, factor));
  };
  const fit = (): void => {
    show(fitView(worldOf(view), size));
  };
  useReveal(model, geometry, selected, size, viewport, show);
  useWheel(surface.canvas, (event, x, y) => {
    show(zoomAt(viewport, x, y, Math.exp(-event.deltaY * WHEEL_SPEED)));
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
  const input = useGraphInput({ geometry, viewport, selected, onShow: show, onHover: setHovered, onSelect });
  return (
    <div class="graph-pane">
      <div ref={surface.holder} class={hovered >= 0 ? 'canvas-holder pointing' : 'canvas-holder'}>
        <canvas
          ref={surface.canvas}
          tabIndex={0}
          role="application"
          aria-label={describe(geometry, selected)}
          {...input}
        />
      </div>
      <ZoomControls zoom={viewport.zoom} onZoom={zoom} onFit={fit} />
      <Minimap {...{ geometry, overlay, selected, viewport }} canvasSize={size} onMove={show} />
    </div>
  );
}

function worldOf(view: GraphView): Size {
  return { width: Math.max(1, view.width), height: Math.max(1, view.height) };
}

/** What is shown: as the user left it, or the opening view. */
function viewportOf(model: EditorModel, view: GraphView, size: Size): Viewport {
  return model.graphView.value ?? openingView(worldOf(view), size, boxOf(view, topElement(view)));
}

/** Brings a selection that came from elsewhere into view, once the canvas has its size. */
function useReveal(
  model: EditorModel,
  geometry: GraphGeometry,
  selected: number,
  size: Size,
  viewport: Viewport,
  show: (viewport: Viewport) => void,
): void {
  useEffect(() => {
    if (size.width === 0 || !model.takeReveal()) return;
    const box = boxOf(geometry.view, selected);
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
