/** What of the world a canvas shows: screen = (world − (x, y)) × zoom. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

export const MIN_ZOOM = 0.0005;
export const MAX_ZOOM = 4;
/** Below this nobody can read a label: a large graph opens at its top instead of as a whole. */
const READABLE_ZOOM = 0.55;
const MARGIN = 24;

/** Zooms by `factor` so that what is under the pointer stays there. */
export function zoomAt(view: Viewport, pointerX: number, pointerY: number, factor: number): Viewport {
  const zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, view.zoom * factor));
  return {
    x: view.x + pointerX / view.zoom - pointerX / zoom,
    y: view.y + pointerY / view.zoom - pointerY / zoom,
    zoom,
  };
}

/** Moves the picture by screen pixels. */
export function panBy(view: Viewport, deltaX: number, deltaY: number): Viewport {
  return { x: view.x - deltaX / view.zoom, y: view.y - deltaY / view.zoom, zoom: view.zoom };
}

/** All of the world, centred, at most at its natural size. */
export function fitView(world: Size, canvas: Size): Viewport {
  const zoom = Math.max(
    MIN_ZOOM,
    Math.min(1, (canvas.width - 2 * MARGIN) / world.width, (canvas.height - 2 * MARGIN) / world.height),
  );
  return {
    x: world.width / 2 - canvas.width / 2 / zoom,
    y: world.height / 2 - canvas.height / 2 / zoom,
    zoom,
  };
}

/** The first view: everything when it can be read, else the top of the graph at its natural size. */
export function openingView(world: Size, canvas: Size, focus: Rect | null): Viewport {
  const whole = fitView(world, canvas);
  if (whole.zoom >= READABLE_ZOOM || focus === null) return whole;
  return { x: focus.x + focus.width / 2 - canvas.width / 2, y: focus.y - MARGIN, zoom: 1 };
}

/** The same zoom (or a readable one) with a box in the middle. */
export function centerOn(view: Viewport, box: Rect, canvas: Size): Viewport {
  const zoom = Math.max(view.zoom, READABLE_ZOOM);
  return {
    x: box.x + box.width / 2 - canvas.width / 2 / zoom,
    y: box.y + box.height / 2 - canvas.height / 2 / zoom,
    zoom,
  };
}

/** True when a box lies wholly inside what is shown. */
export function isInView(view: Viewport, box: Rect, canvas: Size): boolean {
  const seen = visibleRect(view, canvas);
  return (
    box.x >= seen.x &&
    box.y >= seen.y &&
    box.x + box.width <= seen.x + seen.width &&
    box.y + box.height <= seen.y + seen.height
  );
}

/** The part of the world that a canvas shows. */
export function visibleRect(view: Viewport, canvas: Size): Rect {
  return { x: view.x, y: view.y, width: canvas.width / view.zoom, height: canvas.height / view.zoom };
}
