/**
 * Shortens a name to `limit` characters by taking out its middle: the end of a tensor's name tells it apart from its
 * neighbours, the start says where it belongs.
 */
export function middleEllipsis(text: string, limit: number): string {
  if (text.length <= limit) return text;
  if (limit <= 1) return '…';
  const tail = Math.ceil((limit - 1) * 0.6);
  const head = limit - 1 - tail;
  return `${text.slice(0, head)}…${text.slice(text.length - tail)}`;
}
