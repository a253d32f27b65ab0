const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * FNV-1a of bytes, 32 bits, as eight hexadecimal digits. Source: draft-eastlake-fnv, "FNV-1a", offset basis 2166136261,
 * prime 16777619.
 */
export function fnv1a(bytes: Uint8Array): string {
  let hash = OFFSET_BASIS;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, PRIME);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
