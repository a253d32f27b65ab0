import type { GraphView } from '../../../src/protocol/views';

export type Direction = 'up' | 'down' | 'left' | 'right';

/**
 * Where an arrow key leads from an element: up and down along its edges (the end nearest to straight), left and right to
 * the nearest element beside it. -1 for nowhere.
 */
export function neighbour(view: GraphView, element: number, direction: Direction): number {
  return direction === 'up' || direction === 'down'
    ? alongEdges(view, element, direction)
    : beside(view, element, direction);
}

function alongEdges(view: GraphView, element: number, direction: 'up' | 'down'): number {
  const center = centerX(view, element);
  let best = -1;
  let bestDistance = Infinity;
  for (let i = 0; i + 1 < view.edges.length; i += 2) {
    const [here, there] =
      direction === 'down' ? [view.edges[i]!, view.edges[i + 1]!] : [view.edges[i + 1]!, view.edges[i]!];
    if (here !== element) continue;
    const distance = Math.abs(centerX(view, there) - center);
    if (distance < bestDistance) {
      best = there;
      bestDistance = distance;
    }
  }
  return best;
}

function beside(view: GraphView, element: number, direction: 'left' | 'right'): number {
  const x = centerX(view, element);
  const y = centerY(view, element);
  const sign = direction === 'right' ? 1 : -1;
  let best = -1;
  let bestDistance = Infinity;
  for (let other = 0; other * 4 + 3 < view.boxes.length; other += 1) {
    const ahead = (centerX(view, other) - x) * sign;
    if (other === element || ahead <= 0) continue;
    // Beside rather than ahead: a step down counts four times a step across.
    const distance = ahead + 4 * Math.abs(centerY(view, other) - y);
    if (distance < bestDistance) {
      best = other;
      bestDistance = distance;
    }
  }
  return best;
}

function centerX(view: GraphView, element: number): number {
  return view.boxes[element * 4]! + view.boxes[element * 4 + 2]! / 2;
}

function centerY(view: GraphView, element: number): number {
  return view.boxes[element * 4 + 1]! + view.boxes[element * 4 + 3]! / 2;
}
