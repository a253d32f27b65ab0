/** Steps of the heat ramp, from little to much. */
export const HEAT_STEPS = 8;

/** Exponents that keep small values visible. */
export const TENSOR_POWER = 0.55;
export const TABLE_POWER = 0.75;

/** Step 0 to 7 of a value against the largest one; -1 for a value that is unknown (negative) or has no scale. */
export function heatStep(value: number, largest: number, power: number): number {
  if (!(value >= 0) || !(largest > 0)) return -1;
  const position = Math.pow(Math.min(1, value / largest), power);
  return Math.min(HEAT_STEPS - 1, Math.floor(position * HEAT_STEPS));
}

/** The CSS colour of a step. */
export function heatColor(step: number): string {
  return step < 0 ? 'transparent' : `var(--heat-${step + 1})`;
}

/** The largest of the known (not negative) values; 0 when none is known. */
export function largestOf(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) if (value > largest) largest = value;
  return largest;
}
