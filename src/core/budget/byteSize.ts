const SIZE = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i;

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  ki: 1024,
  kib: 1024,
  m: 1024 * 1024,
  mi: 1024 * 1024,
  mib: 1024 * 1024,
};

/**
 * Bytes of `65536`, `"64 KiB"`, `"64k"` or `"1.5 MiB"`, rounded down to whole bytes. Else a half sentence that says why
 * not: KB and MB are refused, because they are 1,000 to some and 1,024 to others.
 */
export function byteSize(value: string | number): number | { readonly reason: string } {
  const [, amount, unit] = SIZE.exec(String(value)) ?? [];
  if (amount === undefined || unit === undefined) return { reason: 'is no size such as 65536 or "64 KiB"' };
  const each = UNITS[unit.toLowerCase()];
  if (/^[km]b$/i.test(unit)) {
    return { reason: `says ${unit}, which is 1,000 to some and 1,024 to others: write ${unit[0]!.toUpperCase()}iB` };
  }
  if (each === undefined) return { reason: `has the unit ${unit}, which is none of B, KiB and MiB` };
  const bytes = Math.floor(Number(amount) * each);
  return Number.isSafeInteger(bytes) ? bytes : { reason: 'is larger than any file' };
}
