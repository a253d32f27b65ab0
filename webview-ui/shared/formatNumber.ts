/** How figures are written: see the units; a true minus; "–" only for "not applicable". */

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const MINUS = '\u2212';

/** What stands where a figure does not apply. */
export const NOT_APPLICABLE = '–';

export interface Quantity {
  readonly value: string;
  readonly unit: string;
}

/** 73728 → "73,728". */
export function formatInteger(value: number): string {
  return signed(value, (magnitude) => grouped.format(Math.round(magnitude)));
}

/** 73728 → "73,728 B". */
export function formatBytes(bytes: number): string {
  return `${formatInteger(bytes)} B`;
}

/** Bytes in the largest binary unit that keeps the number at or above 1, one decimal: 73728 → 72.0 KiB. */
export function binaryQuantity(bytes: number): Quantity {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let magnitude = Math.abs(bytes);
  let step = 0;
  // 1023.95 KiB would be written "1024.0 KiB".
  while (step < units.length - 1 && magnitude >= (step === 0 ? 1024 : 1023.95)) {
    magnitude /= 1024;
    step += 1;
  }
  const digits = step === 0 ? formatInteger(magnitude) : magnitude.toFixed(1);
  return { value: bytes < 0 ? MINUS + digits : digits, unit: units[step] ?? 'B' };
}

/** 73728 → "72.0 KiB". */
export function formatBinary(bytes: number): string {
  const { value, unit } = binaryQuantity(bytes);
  return `${value} ${unit}`;
}

/** Capacities, which are mostly whole: 262144 → "256 KiB", 261000 → "254.9 KiB". */
export function formatCapacity(bytes: number): string {
  const { value, unit } = binaryQuantity(bytes);
  return `${value.replace(/\.0$/, '')} ${unit}`;
}

/** Counts with a decimal prefix and three digits: 7489664 → 7.49 M. */
export function countQuantity(count: number): Quantity {
  const units = ['', 'k', 'M', 'G', 'T', 'P'];
  let magnitude = Math.abs(count);
  let step = 0;
  while (step < units.length - 1 && magnitude >= (step === 0 ? 10_000 : 999.5)) {
    magnitude /= 1000;
    step += 1;
  }
  if (step === 0) return { value: formatInteger(count), unit: '' };
  const decimals = magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2;
  return { value: (count < 0 ? MINUS : '') + magnitude.toFixed(decimals), unit: units[step] ?? '' };
}

/** 7489664 → "7.49 M". */
export function formatCount(count: number): string {
  const { value, unit } = countQuantity(count);
  return unit === '' ? value : `${value} ${unit}`;
}

/** A share from 0 to 1: 0.893 → "89.3 %", 0.00007 → "<0.1 %", exactly 0 → "0 %". */
export function formatPercent(share: number): string {
  if (share === 0) return '0 %';
  if (share > 0 && share < 0.0005) return '<0.1 %';
  return signed(share * 100, (magnitude) => `${magnitude.toFixed(1)} %`);
}

/** Scales: six decimals, or three significant digits where those would be lost. */
export function formatScale(scale: number): string {
  if (scale === 0 || !Number.isFinite(scale)) return String(scale);
  return signed(scale, (magnitude) => (magnitude < 0.001 ? magnitude.toExponential(2) : magnitude.toFixed(6)));
}

/** Values of weights: four significant digits, no exponent between 0.001 and 100,000. */
export function formatReal(value: number): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return String(value);
  return signed(value, (magnitude) => {
    if (magnitude < 0.001 || magnitude >= 100_000) return magnitude.toExponential(2);
    return String(Number(magnitude.toPrecision(4)));
  });
}

/** Milliseconds with three digits: 0.853, 12.4, 323. */
export function formatMilliseconds(value: number): string {
  if (value >= 100) return formatInteger(value);
  return value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toFixed(3);
}

/** Decibels with one decimal and a true minus: 28.2, −2.0. */
export function formatDecibels(value: number): string {
  return signed(value, (magnitude) => magnitude.toFixed(1));
}

/** "1 tensor", "2 tensors". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatInteger(count)} ${count === 1 ? one : many}`;
}

function signed(value: number, write: (magnitude: number) => string): string {
  return value < 0 ? MINUS + write(-value) : write(value);
}
