import type { Box } from './placeCard';

/** Room between a label's line and the middle of its text. */
const GAP = 8;
export const LABEL_HEIGHT = 14;

export interface LabelLine {
  /** Where the line is, and between which ends its label may stand. */
  readonly y: number;
  readonly left: number;
  readonly right: number;
  /** The label may not go above or below these. */
  readonly top: number;
  readonly bottom: number;
}

/**
 * Where the label of a horizontal line goes so that it covers none of `taken`: as far right as it can, above the line
 * before below it. Where nothing is free it stands above at the right.
 */
export function placeLabel(line: LabelLine, width: number, taken: readonly Box[]): Box {
  const at = (right: number, middle: number): Box => ({
    x: right - width,
    y: middle - LABEL_HEIGHT / 2,
    width,
    height: LABEL_HEIGHT,
  });
  const middles = [line.y - GAP, line.y + GAP].filter(
    (middle) => middle - LABEL_HEIGHT / 2 >= line.top && middle + LABEL_HEIGHT / 2 <= line.bottom,
  );
  const free = middles
    .map((middle) => slideLeft(at(line.right, middle), line.left, taken))
    .filter((box) => box !== null);
  const first = free.reduce<Box | null>((best, box) => (best === null || box.x > best.x ? box : best), null);
  return first ?? at(line.right, middles[0] ?? line.y - GAP);
}

/** The box moved left until it covers nothing; null when that leads beyond the left end. */
function slideLeft(start: Box, left: number, taken: readonly Box[]): Box | null {
  let box = start;
  for (;;) {
    const here = box;
    const hit = taken.find((other) => overlaps(here, other));
    if (hit === undefined) return box.x >= left ? box : null;
    box = { ...box, x: hit.x - box.width - 1 };
    if (box.x < left) return null;
  }
}

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
