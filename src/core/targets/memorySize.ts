const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 * 1024 };
/** Nothing on a microcontroller is larger or lies higher. */
const MOST = 2 ** 40;

/** Bytes of `262144`, `"256K"`, `"8 MiB"`, `"0x20000000"`: units are binary. Null for anything else. */
export function parseSize(value: unknown): number | null {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 && value <= MOST ? value : null;
  if (typeof value !== 'string') return null;
  const text = value.trim().toLowerCase();
  const match = /^(0x[0-9a-f]{1,10}|\d{1,13}(?:\.\d{1,4})?)\s*([km]?)(?:i?b)?$/.exec(text);
  if (!match) return null;
  const bytes = Number(match[1]) * UNITS[match[2] ?? '']!;
  return Number.isInteger(bytes) && bytes <= MOST ? bytes : null;
}
