import type { GraphView } from '../../../src/protocol/views';
import type { Rect } from './viewport';

/** What is computed once from a laid-out graph so that a frame can be drawn by linear scans of typed arrays. */
export interface GraphGeometry {
  readonly view: GraphView;
  readonly count: number;
  /** minX, minY, maxX, maxY: 4 numbers an edge. */
  readonly edgeBounds: Float32Array;
}

export function graphGeometry(view: GraphView): GraphGeometry {
  const { edgePoints, edgeStarts, edges, labels } = view;
  const edgeCount = edges.length / 2;
  const edgeBounds = new Float32Array(edgeCount * 4);
  for (let edge = 0; edge < edgeCount; edge += 1) {
    let minX = Infinity;
    let minY = Infinity;
    let maxX = -Infinity;
    let maxY = -Infinity;
    for (let point = edgeStarts[edge]!; point < edgeStarts[edge + 1]!; point += 1) {
      const x = edgePoints[2 * point]!;
      const y = edgePoints[2 * point + 1]!;
      minX = Math.min(minX, x);
      minY = Math.min(minY, y);
      maxX = Math.max(maxX, x);
      maxY = Math.max(maxY, y);
    }
    edgeBounds.set([minX, minY, maxX, maxY], edge * 4);
  }
  return { view, count: labels.length, edgeBounds };
}

/** Constants have no box: they are part of the operators that use them. */
export function isDrawn(view: GraphView, element: number): boolean {
  return !Number.isNaN(view.boxes[element * 4] ?? NaN);
}

/** Box of an element: operators first, then inputs and outputs; null for what is not drawn. */
export function boxOf(view: GraphView, element: number): Rect | null {
  if (!isDrawn(view, element)) return null;
  const base = element * 4;
  return {
    x: view.boxes[base]!,
    y: view.boxes[base + 1]!,
    width: view.boxes[base + 2]!,
    height: view.boxes[base + 3]!,
  };
}

/** Elements whose box meets a part of the world. */
export function elementsIn(geometry: GraphGeometry, part: Rect): readonly number[] {
  const { boxes } = geometry.view;
  const right = part.x + part.width;
  const bottom = part.y + part.height;
  const found: number[] = [];
  for (let element = 0, base = 0; element < geometry.count; element += 1, base += 4) {
    const x = boxes[base]!;
    const y = boxes[base + 1]!;
    // NaN, of what is not drawn, meets nothing.
    const meets = x <= right && y <= bottom && x + boxes[base + 2]! >= part.x && y + boxes[base + 3]! >= part.y;
    if (meets) found.push(element);
  }
  return found;
}

/** Edges that may cross a part of the world. */
export function edgesIn(geometry: GraphGeometry, part: Rect): readonly number[] {
  const bounds = geometry.edgeBounds;
  const right = part.x + part.width;
  const bottom = part.y + part.height;
  const found: number[] = [];
  for (let edge = 0, base = 0; base < bounds.length; edge += 1, base += 4) {
    if (bounds[base]! > right || bounds[base + 1]! > bottom) continue;
    if (bounds[base + 2]! < part.x || bounds[base + 3]! < part.y) continue;
    found.push(edge);
  }
  return found;
}

/** The element at a point of the world, `slack` world units around its box counted in; -1 for none. */
export function elementAt(geometry: GraphGeometry, x: number, y: number, slack: number): number {
  const { boxes } = geometry.view;
  let best = -1;
  let bestDistance = slack;
  for (let element = 0, base = 0; element < geometry.count; element += 1, base += 4) {
    const left = boxes[base]!;
    const top = boxes[base + 1]!;
    const outsideX = Math.max(left - x, x - left - boxes[base + 2]!, 0);
    const outsideY = Math.max(top - y, y - top - boxes[base + 3]!, 0);
    const distance = Math.max(outsideX, outsideY);
    if (distance === 0) return element;
    if (distance <= bestDistance) {
      best = element;
      bestDistance = distance;
    }
  }
  return best;
}

/** Edges that begin or end at an element. */
export function edgesOf(view: GraphView, element: number): readonly number[] {
  const found: number[] = [];
  for (let edge = 0; 2 * edge + 1 < view.edges.length; edge += 1) {
    if (view.edges[2 * edge] === element || view.edges[2 * edge + 1] === element) found.push(edge);
  }
  return found;
}

/** The topmost element, leftmost of several. */
export function topElement(view: GraphView): number {
  let best = -1;
  for (let element = 0; element * 4 + 3 < view.boxes.length; element += 1) {
    if (!isDrawn(view, element)) continue;
    if (best < 0) best = element;
    const y = view.boxes[element * 4 + 1]!;
    const bestY = view.boxes[best * 4 + 1]!;
    if (y < bestY || (y === bestY && view.boxes[element * 4]! < view.boxes[best * 4]!)) best = element;
  }
  return best;
}
