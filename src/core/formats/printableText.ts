/** Printable UTF-8, without the zeros that pad it; null for anything else, and for nothing. */
export function printableText(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\0+$/, '');
    return text !== '' && !/[^\P{Cc}\n\r\t]/u.test(text) ? text : null;
  } catch {
    return null;
  }
}
