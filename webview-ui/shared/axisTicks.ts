/** Byte positions of axis ticks from 0: a step of 1, 2, 4 or 8 times a power of 16 or so, at most `count` of them. */
export function byteTicks(from: number, to: number, count: number): readonly number[] {
  const span = to - from;
  if (!(span > 0) || count < 1) return [];
  let step = 1;
  while (span / step > count) step *= 2;
  return ticksOf(from, to, step);
}

/** Whole-number ticks with steps of 1, 2 or 5 times a power of ten. */
export function indexTicks(from: number, to: number, count: number): readonly number[] {
  const span = to - from;
  if (!(span > 0) || count < 1) return [];
  let step = 1;
  const factors = [2, 2.5, 2];
  for (let i = 0; span / step > count; i += 1) step *= factors[i % 3]!;
  return ticksOf(from, to, Math.max(1, Math.round(step)));
}

function ticksOf(from: number, to: number, step: number): readonly number[] {
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) ticks.push(tick);
  return ticks;
}
