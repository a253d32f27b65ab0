export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const COLUMNS = 14;
const ROWS = 9;
const GAP = 14;

/**
 * Where a floating card hides least: of places all over the plot the one that covers the least of the obstacles, near its
 * anchor when several are as good. It never covers the anchor while there is another place.
 */
export function placeCard(
  anchor: Box,
  card: { readonly width: number; readonly height: number },
  plot: Box,
  obstacles: readonly Box[],
): { readonly x: number; readonly y: number } {
  const roomX = Math.max(0, plot.width - card.width);
  const roomY = Math.max(0, plot.height - card.height);
  const padded = {
    x: anchor.x - GAP,
    y: anchor.y - GAP,
    width: anchor.width + 2 * GAP,
    height: anchor.height + 2 * GAP,
  };
  let best = { x: plot.x, y: plot.y };
  let bestCost = Infinity;
  for (let column = 0; column <= COLUMNS; column += 1) {
    for (let row = 0; row <= ROWS; row += 1) {
      const place = { x: plot.x + (roomX * column) / COLUMNS, y: plot.y + (roomY * row) / ROWS, ...card };
      let cost = overlap(place, padded) * 1000 + Math.hypot(distance(place, anchor), 0);
      for (const obstacle of obstacles) cost += overlap(place, obstacle);
      if (cost < bestCost) {
        best = { x: place.x, y: place.y };
        bestCost = cost;
      }
    }
  }
  return best;
}

/** Ends of the line from a card to its anchor: the nearest points of the two boxes. */
export function leaderLine(anchor: Box, card: Box): readonly [number, number, number, number] {
  const [fromX, toX] = nearest(anchor.x, anchor.width, card.x, card.width);
  const [fromY, toY] = nearest(anchor.y, anchor.height, card.y, card.height);
  return [fromX, fromY, toX, toY];
}

function nearest(a: number, aSize: number, b: number, bSize: number): readonly [number, number] {
  if (a + aSize < b) return [a + aSize, b];
  if (b + bSize < a) return [a, b + bSize];
  const middle = (Math.max(a, b) + Math.min(a + aSize, b + bSize)) / 2;
  return [middle, middle];
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

function distance(a: Box, b: Box): number {
  const gapX = Math.max(0, b.x - a.x - a.width, a.x - b.x - b.width);
  const gapY = Math.max(0, b.y - a.y - a.height, a.y - b.y - b.height);
  return Math.hypot(gapX, gapY);
}
