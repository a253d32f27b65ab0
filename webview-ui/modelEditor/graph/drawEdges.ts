import type { GraphGeometry } from './graphGeometry';

/** Zooms from which corners are round and ends have arrow heads. */
const ROUND_ZOOM = 0.3;
const CORNER = 7;
const HEAD = 4;

/** Strokes edges as one path, so that ten thousand of them are one call. */
export function drawEdges(
  context: CanvasRenderingContext2D,
  geometry: GraphGeometry,
  edges: readonly number[],
  color: string,
  width: number,
  zoom: number,
): void {
  if (edges.length === 0) return;
  const detailed = zoom >= ROUND_ZOOM;
  context.beginPath();
  for (const edge of edges) {
    if (detailed) roundPath(context, geometry, edge);
    else straightPath(context, geometry, edge, zoom);
  }
  context.strokeStyle = color;
  context.lineWidth = detailed ? width : (width * 0.8) / zoom;
  context.globalAlpha = detailed ? 0.85 : 0.4;
  context.lineJoin = 'round';
  context.stroke();
  context.globalAlpha = 1;
}

function straightPath(context: CanvasRenderingContext2D, geometry: GraphGeometry, edge: number, zoom: number): void {
  const { edgePoints, edgeStarts } = geometry.view;
  const base = edge * 4;
  const bounds = geometry.edgeBounds;
  const extent = Math.max(bounds[base + 2]! - bounds[base]!, bounds[base + 3]! - bounds[base + 1]!);
  // Shorter than two pixels on the screen: the boxes at its ends cover it.
  if (extent * zoom < 2) return;
  for (let point = edgeStarts[edge]!; point < edgeStarts[edge + 1]!; point += 1) {
    const x = edgePoints[2 * point]!;
    const y = edgePoints[2 * point + 1]!;
    if (point === edgeStarts[edge]) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
}

function roundPath(context: CanvasRenderingContext2D, geometry: GraphGeometry, edge: number): void {
  const { edgePoints, edgeStarts } = geometry.view;
  const first = edgeStarts[edge]!;
  const last = edgeStarts[edge + 1]! - 1;
  if (last <= first) return;
  context.moveTo(edgePoints[2 * first]!, edgePoints[2 * first + 1]!);
  for (let point = first + 1; point < last; point += 1) {
    const x = edgePoints[2 * point]!;
    const y = edgePoints[2 * point + 1]!;
    const nextX = edgePoints[2 * point + 2]!;
    const nextY = edgePoints[2 * point + 3]!;
    const before = Math.hypot(x - edgePoints[2 * point - 2]!, y - edgePoints[2 * point - 1]!);
    const radius = Math.min(CORNER, before / 2, Math.hypot(nextX - x, nextY - y) / 2);
    context.arcTo(x, y, nextX, nextY, radius);
  }
  const endX = edgePoints[2 * last]!;
  const endY = edgePoints[2 * last + 1]!;
  context.lineTo(endX, endY);
  const length = Math.hypot(endX - edgePoints[2 * last - 2]!, endY - edgePoints[2 * last - 1]!);
  if (length === 0) return;
  const unitX = (endX - edgePoints[2 * last - 2]!) / length;
  const unitY = (endY - edgePoints[2 * last - 1]!) / length;
  context.moveTo(endX - HEAD * (unitX + 0.8 * unitY), endY - HEAD * (unitY - 0.8 * unitX));
  context.lineTo(endX, endY);
  context.lineTo(endX - HEAD * (unitX - 0.8 * unitY), endY - HEAD * (unitY + 0.8 * unitX));
}
